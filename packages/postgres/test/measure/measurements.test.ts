/** What whoever opened a database can measure. */

import { createKey, deleteKey, getKey, listKeys, updateKey } from 'pocket-hsm'
import { expect, it } from 'vitest'
import type { DatabaseMeasurement } from '../../src/index.ts'
import {
  changingQueries,
  describeDatabases,
  sqlError,
  type TestSchema,
} from '../support/databases.ts'

const names = ['orders']

/** Opens a schema, and forgets what was measured meanwhile. */
async function measured(open: TestSchema['open']) {
  const all: DatabaseMeasurement[] = []
  const database = await open({ observe: (each) => all.push(each) })
  const store = await database.openHsm('contoso')
  const of = <Kind extends DatabaseMeasurement['kind']>(kind: Kind) =>
    all.filter((each): each is DatabaseMeasurement & { kind: Kind } => each.kind === kind)
  all.length = 0
  return { database, store, all, of }
}

describeDatabases('what is measured', ({ name, newSchema }) => {
  it('has every round trip, and what became of each request', async () => {
    const { store, all, of } = await measured(newSchema().open)
    await store.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }), { names })
    expect(of('statement')).toHaveLength(2)
    await store.run((hsm) => getKey(hsm, 'orders'), { names })
    expect(of('statement')).toHaveLength(3)
    await expect(store.run((hsm) => getKey(hsm, 'other'), { names: ['other'] })).rejects.toThrow()
    expect(of('transaction').map(({ result }) => result)).toEqual(['write', 'read', 'read'])
    expect(of('error')).toEqual([])
    for (const each of all) if ('seconds' in each) expect(each.seconds).toBeGreaterThanOrEqual(0)
  })

  it('has begin and commit as round trips too', async () => {
    const { store, of } = await measured(newSchema().open)
    await store.passTime()
    // The lock and the rows; PGlite begins and commits without a statement of ours.
    expect(of('statement')).toHaveLength(name === 'PGlite' ? 2 : 4)
    expect(of('transaction').map(({ result }) => result)).toEqual(['due'])
  })

  it('has the reruns: for keys that were not named, and for a conflict', async () => {
    const schema = newSchema()
    const { store, of } = await measured(schema.open)
    await store.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }), { names })
    await store.run((hsm) => listKeys(hsm))
    expect(of('rerun')).toEqual([{ kind: 'rerun', reason: 'missing' }])
    const other = await (await schema.open()).openHsm('contoso')
    let hasMet = false
    await store.run(
      async (hsm) => {
        if (!hasMet)
          await other.run((its) => updateKey(its, 'orders', { tags: { a: '1' } }), { names })
        hasMet = true
        return updateKey(hsm, 'orders', { tags: { b: '2' } })
      },
      { names },
    )
    expect(of('rerun').at(-1)).toEqual({ kind: 'rerun', reason: 'conflict' })
    expect(of('error')).toEqual([])
    expect(of('transaction').at(-1)?.result).toBe('write')
  })

  it('has what fails, by its code', async () => {
    let code: string | undefined
    const { store, of } = await measured((options) =>
      newSchema().openThrough(
        changingQueries((run) => async (text, values) => {
          if (code !== undefined && text.includes('commit_changes(')) throw sqlError(code)
          return run(text, values)
        }),
        options,
      ),
    )
    const create = () => store.run((hsm) => createKey(hsm, 'orders', { kty: 'oct-HSM' }), { names })
    code = '53100'
    await expect(create()).rejects.toThrow('The disk')
    expect(of('error')).toEqual([{ kind: 'error', code: 'DiskFull' }])
    expect(of('transaction').map(({ result }) => result)).toEqual(['failed'])
    code = 'PH001'
    await expect(create()).rejects.toThrow('Other requests kept changing')
    expect(of('error').slice(1)).toEqual([{ kind: 'error', code: 'Conflict' }])
    expect(of('rerun').filter(({ reason }) => reason === 'conflict')).toHaveLength(20)
  })

  it('harms nothing if the observer throws', async () => {
    const database = await newSchema().open({
      observe: () => {
        throw new Error('cannot count')
      },
    })
    const store = await database.openHsm('contoso')
    await store.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }), { names })
    expect((await store.run((hsm) => getKey(hsm, 'orders'), { names })).key.crv).toBe('P-256')
  })

  it('says how often a key did not have to be opened', async () => {
    const schema = newSchema()
    const { store } = await measured(schema.open)
    await store.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }), { names })
    const other = await schema.open()
    const elsewhere = await other.openHsm('contoso')
    for (let count = 0; count < 3; count += 1) {
      await elsewhere.run((hsm) => getKey(hsm, 'orders'), { names })
    }
    await elsewhere.run((hsm) => listKeys(hsm))
    const { cache, connections, waitingAuditEntries } = other.stats()
    expect(cache).toMatchObject({ keys: 1, misses: 1, hits: 3 })
    expect(cache.bytes).toBeGreaterThan(100)
    expect(connections.open).toBeGreaterThanOrEqual(1)
    expect(connections.most).toBeGreaterThanOrEqual(connections.open)
    expect(waitingAuditEntries).toBe(4)
    await elsewhere.readAudit()
    expect(other.stats().waitingAuditEntries).toBe(0)
  })

  it('counts the keys of all HSMs, or of some, deleted ones included', async () => {
    const { database, store } = await measured(newSchema().open)
    expect(await database.countKeys()).toBe(0)
    for (const key of ['a', 'b', 'c']) {
      await store.run((hsm) => createKey(hsm, key, { kty: 'oct-HSM' }), { names: [key] })
    }
    await store.run((hsm) => deleteKey(hsm, 'a'), { names: ['a'] })
    const other = await database.openHsm('Fabrikam')
    await other.run((hsm) => createKey(hsm, 'a', { kty: 'oct-HSM' }), { names: ['a'] })
    expect(await database.countKeys()).toBe(4)
    expect(await database.countKeys(['CONTOSO'])).toBe(3)
    expect(await database.countKeys(['fabrikam', 'nowhere'])).toBe(1)
    expect(await database.countKeys([])).toBe(0)
    await expect(database.countKeys('contoso' as never)).rejects.toThrow('must be a list')
  })
})
