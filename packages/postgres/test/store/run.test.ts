import {
  createKey,
  deleteKey,
  getKey,
  HsmError,
  listKeys,
  rotateKey,
  sign,
  updateKey,
  verify,
} from 'pocket-hsm'
import { expect, it } from 'vitest'
import type { HsmDatabase, HsmStore } from '../../src/index.ts'
import {
  changingQueries,
  describeDatabases,
  sqlError,
  type TestSchema,
} from '../support/databases.ts'

const names = ['orders']

const create = (store: HsmStore, name = 'orders') =>
  store.run((hsm) => createKey(hsm, name, { kty: 'oct-HSM' }), { names: [name] })

const rotate = (store: HsmStore) => store.run((hsm) => rotateKey(hsm, 'orders'), { names })

const versionsOf = async (schema: TestSchema) => {
  const [row] = await schema.query(
    `select count(*)::integer as keys, max(revision)::float8 as revision from ${schema.schema}.keys`,
  )
  return row
}

const innerCodeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error) => (error instanceof HsmError ? `${error.status} ${error.innerCode}` : String(error)),
  )

const isCommit = (text: string) => text.startsWith('select') && text.includes('commit_changes')

/** A database on which every commit is counted, and may go wrong. */
const withCommits = (
  onCommit: (count: number, run: () => Promise<unknown>) => Promise<unknown>,
) => {
  let count = 0
  return changingQueries((run) => (text, values) => {
    if (!isCommit(text)) return run(text, values)
    count += 1
    return onCommit(count, () => run(text, values)) as ReturnType<typeof run>
  })
}

describeDatabases('a run', ({ newSchema }) => {
  const twoStores = async (): Promise<readonly [HsmStore, HsmStore, TestSchema]> => {
    const schema = newSchema()
    const [one, other] = [await schema.open(), await schema.open()]
    return [await one.openHsm('contoso'), await other.openHsm('contoso'), schema]
  }

  it.each(['a\0b', '\ud800', 'a/b', '', 'é', 'a'.repeat(128)])(
    'with a name that no key can have (%j) gets the error of the engine',
    async (name) => {
      const [store] = await twoStores()
      const found = store.run((hsm) => getKey(hsm, `${name}/`), { names: [name] })
      await expect(found).rejects.toMatchObject({ status: 400, code: 'BadParameter' })
    },
  )

  it('is of a function', async () => {
    const [store] = await twoStores()
    await expect(store.run('list' as never)).rejects.toThrow('The work of run must be a function.')
  })

  it('shows to every server what another one stored', async () => {
    const [one, other] = await twoStores()
    const { key } = await one.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }), { names })
    const digest = new Uint8Array(32)
    const { value } = await other.run(
      (hsm) => sign(hsm, 'orders', { alg: 'ES256', value: digest }),
      { names },
    )
    await rotate(other)
    const current = await one.run((hsm) => getKey(hsm, 'orders'), { names })
    expect(current.key.kid).not.toBe(key.kid)
    const isGood = await one.run((hsm) => verify(hsm, key.kid, { alg: 'ES256', digest, value }), {
      names,
    })
    expect(isGood).toBe(true)
  })

  it('finds a key whatever the case of its name', async () => {
    const [one, other] = await twoStores()
    await create(one, 'Orders')
    const { key } = await other.run((hsm) => getKey(hsm, 'oRDERS'), { names: ['oRDERS'] })
    expect(key.kid).toContain('/keys/Orders/')
  })

  it('stores nothing of work that throws, and says that a call was refused', async () => {
    const [store, , schema] = await twoStores()
    const before = await versionsOf(schema)
    const work = store.run((hsm) => {
      createKey(hsm, 'orders', { kty: 'oct-HSM' })
      getKey(hsm, 'nobody')
    })
    await expect(work).rejects.toMatchObject({ code: 'KeyNotFound' })
    expect(await versionsOf(schema)).toEqual(before)
    const { entries } = await store.readAudit()
    expect(entries.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['getKey', { status: 404, code: 'KeyNotFound' }],
    ])
  })

  it('stores several changes together', async () => {
    const [one, other] = await twoStores()
    await one.run((hsm) => {
      for (const name of ['a', 'b', 'c']) createKey(hsm, name, { kty: 'oct-HSM' })
      deleteKey(hsm, 'b')
    })
    const { value } = await other.run((hsm) => listKeys(hsm))
    expect(value.map(({ kid }) => kid.split('/').at(-1))).toEqual(['a', 'c'])
  })

  it('runs again if another server was faster, and loses no update', async () => {
    const [one, other] = await twoStores()
    await create(one)
    let runs = 0
    await one.run(
      async (hsm) => {
        runs += 1
        const { tags = {} } = getKey(hsm, 'orders')
        if (runs === 1) {
          await other.run((own) => updateKey(own, 'orders', { tags: { ...tags, other: '1' } }), {
            names,
          })
        }
        updateKey(hsm, 'orders', { tags: { ...tags, one: '1' } })
      },
      { names },
    )
    expect(runs).toBe(2)
    const { tags } = await other.run((hsm) => getKey(hsm, 'orders'), { names })
    expect(tags).toEqual({ one: '1', other: '1' })
  })

  it('gives up after 20 conflicts, and changes nothing then', async () => {
    const [one, other] = await twoStores()
    await create(one)
    let runs = 0
    const work = one.run(
      async (hsm) => {
        runs += 1
        await rotate(other)
        updateKey(hsm, 'orders', { tags: { lost: '1' } })
      },
      { names },
    )
    expect(await innerCodeOf(work)).toBe('503 Conflict')
    expect(runs).toBe(20)
    expect((await other.run((hsm) => getKey(hsm, 'orders'), { names })).tags).toBeUndefined()
  })

  it('lets one of two servers that create the same key at once add a version', async () => {
    const [one, other] = await twoStores()
    const made = await Promise.all([create(one), create(other), create(one), create(other)])
    expect(new Set(made.map(({ key }) => key.kid)).size).toBe(4)
    const versions = await one.run((hsm) => getKey(hsm, 'orders'), { names })
    expect(made.map(({ key }) => key.kid)).toContain(versions.key.kid)
  })

  it('creates exactly as many keys as the HSM may have, whoever creates them', async () => {
    const schema = newSchema()
    const databases: HsmDatabase[] = [await schema.open(), await schema.open()]
    const limits = { keys: 5 }
    const stores = await Promise.all(
      databases.map((database) => database.openHsm('contoso', { limits })),
    )
    const attempts = Array.from({ length: 12 }, (_, index) =>
      create(stores[index % 2] as HsmStore, `key-${index}`).then(
        () => 'created',
        (error: HsmError) => error.status,
      ),
    )
    const results = await Promise.all(attempts)
    expect(results.filter((result) => result === 'created')).toHaveLength(5)
    expect(new Set(results)).toEqual(new Set(['created', 403]))
    const [row] = await schema.query(
      `select (select count(*) from ${schema.schema}.keys)::integer as rows, (select sum(keys) from ${schema.schema}.key_counts)::integer as counted`,
    )
    expect(row).toEqual({ rows: 5, counted: 5 })
  })

  it('does not repeat a change whose answer was lost', async () => {
    const schema = newSchema()
    const database = await schema.openThrough(
      withCommits(async (count, run) => {
        const result = await run()
        if (count === 2) throw new Error('Connection terminated unexpectedly')
        return result
      }),
    )
    const store = await database.openHsm('contoso')
    const first = await create(store)
    const { key } = await rotate(store)
    expect(key.kid).not.toBe(first.key.kid)
    const entries = (await store.readAudit({ operation: 'rotateKey' })).entries
    expect(entries).toHaveLength(1)
    expect((await store.run((hsm) => getKey(hsm, 'orders'), { names })).key.kid).toBe(key.kid)
  })

  it('repeats a change that did not reach the database', async () => {
    const schema = newSchema()
    const database = await schema.openThrough(
      withCommits(async (count, run) => {
        if (count === 2) throw new Error('connect ECONNREFUSED')
        return run()
      }),
    )
    const store = await database.openHsm('contoso')
    await create(store)
    const { key } = await rotate(store)
    expect((await store.run((hsm) => getKey(hsm, 'orders'), { names })).key.kid).toBe(key.kid)
    expect((await store.readAudit({ operation: 'rotateKey' })).entries).toHaveLength(1)
  })

  it('keeps a change from arriving after it was given up', async () => {
    const schema = newSchema()
    let late: (() => Promise<unknown>) | undefined
    const database = await schema.openThrough(
      withCommits(async (count, run) => {
        if (count !== 2) return run()
        late = run
        throw new Error('socket hang up')
      }),
    )
    const store = await database.openHsm('contoso')
    await create(store)
    await rotate(store)
    const before = await versionsOf(schema)
    await expect(late?.()).rejects.toThrow()
    expect(await versionsOf(schema)).toEqual(before)
  })

  it.each([
    ['53100', '503 DiskFull'],
    ['25006', '503 ReadOnlyDatabase'],
    ['42501', '503 NotPermitted'],
    ['XX000', '503 DatabaseFailed'],
  ])('reports SQLSTATE %s of a write as %s, and reads on', async (code, expected) => {
    const schema = newSchema()
    const database = await schema.openThrough(
      withCommits(async (count, run) => {
        if (count === 2) throw sqlError(code)
        return run()
      }),
    )
    const store = await database.openHsm('contoso')
    await create(store)
    expect(await innerCodeOf(rotate(store))).toBe(expected)
    await store.run((hsm) => getKey(hsm, 'orders'), { names })
    await rotate(store)
  })

  it.each(['40001', '40P01'])('runs again after SQLSTATE %s', async (code) => {
    const schema = newSchema()
    const database = await schema.openThrough(
      withCommits(async (count, run) => {
        if (count === 2) throw sqlError(code)
        return run()
      }),
    )
    const store = await database.openHsm('contoso')
    await create(store)
    await rotate(store)
    expect((await store.readAudit({ operation: 'rotateKey' })).entries).toHaveLength(1)
  })

  it('refuses a key that was changed in the database, and does not return it', async () => {
    const [store, , schema] = await twoStores()
    await create(store)
    await schema.query(
      `update ${schema.schema}.keys set bytes = set_byte(bytes, 200, get_byte(bytes, 200) # 1), revision = nextval('${schema.schema}.revisions')`,
    )
    expect(await innerCodeOf(store.run((hsm) => getKey(hsm, 'orders'), { names }))).toBe(
      '500 DamagedRow',
    )
  })

  it('refuses a key that was put under another name', async () => {
    const [store, , schema] = await twoStores()
    await create(store, 'a')
    await create(store, 'b')
    await schema.query(
      `update ${schema.schema}.keys set revision = nextval('${schema.schema}.revisions'),
        bytes = (select bytes from ${schema.schema}.keys where name = 'A') where name = 'B'`,
    )
    const work = store.run((hsm) => getKey(hsm, 'b'), { names: ['b'] })
    expect(await innerCodeOf(work)).toBe('500 DamagedRow')
  })

  it('refuses an unknown option with the nearest name', async () => {
    const [store] = await twoStores()
    const work = store.run(() => 1, { name: ['orders'] } as never)
    await expect(work).rejects.toThrow('Did you mean "names"?')
  })
})
