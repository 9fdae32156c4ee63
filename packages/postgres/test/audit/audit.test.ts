import { createKey, getKey, rotateKey, viewHsm } from 'pocket-hsm'
import { expect, it } from 'vitest'
import type { HsmStore } from '../../src/index.ts'
import { changingQueries, describeDatabases, sqlError } from '../support/databases.ts'

const names = ['orders']

const create = (store: HsmStore, caller?: string) =>
  store.run((hsm) => createKey(viewHsm(hsm, { caller }), 'orders', { kty: 'EC-HSM' }), { names })

const get = (store: HsmStore, name: string, caller?: string) =>
  store
    .run((hsm) => getKey(viewHsm(hsm, { caller }), name), { names: [name] })
    .catch((error: Error) => error)

describeDatabases('the audit trail', ({ newSchema }) => {
  const filled = async () => {
    const schema = newSchema()
    const [one, other] = [await schema.open(), await schema.open()]
    const stores = [await one.openHsm('contoso'), await other.openHsm('contoso')] as const
    await create(stores[0], 'alice')
    await stores[1].run((hsm) => rotateKey(hsm, 'orders'), { names })
    await get(stores[0], 'nobody', 'bob')
    return { stores, schema }
  }
  const operations = async (store: HsmStore, filter: Parameters<HsmStore['readAudit']>[0]) =>
    (await store.readAudit(filter)).entries.map(({ operation }) => operation)

  it('has the calls of all servers, in the order in which they were stored', async () => {
    const { stores } = await filled()
    expect(await operations(stores[0], {})).toEqual(['createKey', 'rotateKey', 'getKey'])
    expect(await operations(stores[1], {})).toEqual(['createKey', 'rotateKey', 'getKey'])
  })

  it.each([
    [{ key: 'ORDERS' }, ['createKey', 'rotateKey']],
    [{ key: 'https://any.example/keys/orders' }, ['createKey', 'rotateKey']],
    [{ key: `orders/${'0'.repeat(32)}` }, []],
    [{ operation: 'rotateKey' }, ['rotateKey']],
    [{ operation: ['getKey', 'createKey'] }, ['createKey', 'getKey']],
    [{ caller: 'alice' }, ['createKey']],
    [{ outcome: 'refused' }, ['getKey']],
    [{ outcome: 'success' }, ['createKey', 'rotateKey']],
    [{ byTime: true }, []],
    [{ count: 1 }, ['getKey']],
  ] as const)('is filtered by %j', async (filter, expected) => {
    const { stores } = await filled()
    // The server that refused the read: the other one sees that up to a second later.
    expect(await operations(stores[0], filter)).toEqual(expected)
  })

  it('says whether older entries match', async () => {
    const { stores } = await filled()
    expect((await stores[0].readAudit({ count: 3 })).isComplete).toBe(true)
    expect((await stores[0].readAudit({ count: 2 })).isComplete).toBe(false)
  })

  it.each([
    [{ operations: ['sign'] }, 'Did you mean "operation"?'],
    [{ count: 0 }, 'a whole number from 1 to 100,000'],
    [{ key: 'a b' }, 'The key must be the name of a key'],
  ])('refuses the filter %j', async (filter, text) => {
    const store = await (await newSchema().open()).openHsm('contoso')
    await expect(store.readAudit(filter as never)).rejects.toThrow(text)
  })

  it('keeps callers that no text of the database could hold', async () => {
    const store = await (await newSchema().open()).openHsm('contoso')
    await create(store, 'a\0b\ud800')
    const { entries } = await store.readAudit()
    expect(entries[0]?.caller).toBe('a\ufffdb\ufffd')
  })

  it('stores calls that wrote nothing when the database is closed', async () => {
    const schema = newSchema()
    const database = await schema.open()
    const store = await database.openHsm('contoso')
    await get(store, 'nobody')
    await database.close()
    const rows = await schema.query(`select operation from ${schema.schema}.audit`)
    expect(rows).toEqual([{ operation: 'getKey' }])
  })

  it('keeps at most 10,000 entries that cannot be stored, and counts the others', async () => {
    let isAway = false
    const database = await newSchema().openThrough(
      changingQueries((run) => async (text, values) => {
        if (isAway && text.includes('.audit (')) throw sqlError('53100')
        return run(text, values)
      }),
    )
    const store = await database.openHsm('contoso')
    await create(store)
    isAway = true
    await store.run(
      (hsm) => {
        for (let index = 0; index < 9000; index++) getKey(hsm, 'orders')
      },
      { names },
    )
    await store.run(
      (hsm) => {
        for (let index = 0; index < 2000; index++) getKey(hsm, 'orders')
      },
      { names },
    )
    expect(database.stats().lostAuditEntries).toBe(1000)
    await expect(store.readAudit()).rejects.toMatchObject({ innerCode: 'DiskFull' })
    isAway = false
    expect((await store.readAudit({ count: 20_000 })).entries).toHaveLength(10_001)
  })

  it('forgets what is older than the days of the option, and nothing else', async () => {
    const schema = newSchema()
    const database = await schema.open({ auditDays: 3 })
    const store = await database.openHsm('contoso')
    await create(store)
    await store.run((hsm) => rotateKey(hsm, 'orders'), { names })
    await schema.query(
      `update ${schema.schema}.audit set written_at = now() - interval '4 days' where operation = 'createKey'`,
    )
    await database.sweep()
    expect((await store.readAudit()).entries.map(({ operation }) => operation)).toEqual([
      'rotateKey',
    ])
  })
})
