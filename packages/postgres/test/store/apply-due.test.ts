import { createKey, deleteKey, getKey, listDeletedKeys, updateRotationPolicy } from 'pocket-hsm'
import { expect, it } from 'vitest'
import type { HsmStore, StoredHsmOptions } from '../../src/index.ts'
import { describeDatabases } from '../support/databases.ts'

const DAY = 86_400_000

const policy = {
  lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
} as const

const createRotating = (store: HsmStore, name: string) =>
  store.run((hsm) => {
    createKey(hsm, name, { kty: 'EC-HSM' })
    updateRotationPolicy(hsm, name, policy)
  })

describeDatabases('time', ({ newSchema }) => {
  const servers = async (options: StoredHsmOptions = {}) => {
    const schema = newSchema()
    const databases = [await schema.open(), await schema.open()]
    const stores = await Promise.all(databases.map((each) => each.openHsm('contoso', options)))
    const [one, other] = stores as [HsmStore, HsmStore]
    const move = (milliseconds: number) => databases[0]?.setClockOffset(milliseconds)
    const rotations = async () => {
      const { entries } = await one.readAudit({ operation: 'rotateKey' })
      return entries.map(({ key, byTime }) => [key, byTime])
    }
    return { schema, databases, one, other, move, rotations }
  }

  it('rotates a key once, however many servers read it', async () => {
    const { one, other, move, rotations } = await servers()
    await createRotating(one, 'orders')
    await move(31 * DAY)
    const names = ['orders']
    const read = (store: HsmStore) => store.run((hsm) => getKey(hsm, 'orders'), { names })
    const kids = await Promise.all([one, other, one, other].map(read))
    expect(new Set(kids.map(({ key }) => key.kid)).size).toBe(1)
    expect(await rotations()).toEqual([['orders', true]])
  })

  it('is applied once by sweeps of several servers', async () => {
    const { one, other, move, rotations } = await servers()
    for (const name of ['a', 'b', 'c']) await createRotating(one, name)
    await move(31 * DAY)
    const counts = await Promise.all([one.passTime(), other.passTime()])
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3)
    expect((await rotations()).map(([key]) => key).sort()).toEqual(['a', 'b', 'c'])
    expect(await one.passTime()).toBe(0)
  })

  it('applies more than one batch', async () => {
    const { one, move, schema } = await servers({ softDeleteRetentionDays: 7 })
    const names = Array.from({ length: 130 }, (_, index) => `key-${index}`)
    await one.run(
      (hsm) => {
        for (const name of names) {
          createKey(hsm, name, { kty: 'oct-HSM' })
          deleteKey(hsm, name)
        }
      },
      { names },
    )
    await move(8 * DAY)
    expect(await one.passTime()).toBe(130)
    const [row] = await schema.query(
      `select count(*)::integer as rows, (select sum(keys)::integer from ${schema.schema}.key_counts) as counted from ${schema.schema}.keys`,
    )
    expect(row).toEqual({ rows: 0, counted: 0 })
  })

  it('purges before a list is read, and frees room for a key', async () => {
    const { one, other, move } = await servers({ softDeleteRetentionDays: 7, limits: { keys: 1 } })
    await one.run((hsm) => createKey(hsm, 'old', { kty: 'oct-HSM' }))
    await one.run((hsm) => deleteKey(hsm, 'old'))
    const create = () => other.run((hsm) => createKey(hsm, 'new', { kty: 'oct-HSM' }))
    await expect(create()).rejects.toMatchObject({ status: 403 })
    await move(8 * DAY)
    await create()
    expect((await one.run((hsm) => listDeletedKeys(hsm))).value).toEqual([])
  })

  it('moves for all servers at once', async () => {
    const { databases, move } = await servers()
    await move(400 * DAY)
    const clocks = await Promise.all(databases.map((each) => each.readClock()))
    expect(clocks.map(({ offset }) => offset)).toEqual([400 * DAY, 400 * DAY])
    expect(Math.abs(Number(databases[1]?.now()) - Number(clocks[1]?.now))).toBeLessThan(DAY)
  })

  it('makes the RSA key of a rotation where the server says', async () => {
    const { createRsaPool, exportRsaPool, fillRsaPool } = await import('pocket-hsm')
    const asked: unknown[] = []
    const { one, move, rotations } = await servers({
      rsaPool: createRsaPool(),
      makeRsaKey: async (request) => {
        asked.push(request)
        const elsewhere = createRsaPool()
        fillRsaPool(elsewhere, [request])
        return exportRsaPool(elsewhere)
      },
    })
    await one.run((hsm) => {
      createKey(hsm, 'orders', { kty: 'RSA-HSM', keySize: 2048 })
      updateRotationPolicy(hsm, 'orders', policy)
    })
    await move(31 * DAY)
    expect(await one.passTime()).toBe(1)
    expect(asked).toMatchObject([{ keySize: 2048 }])
    expect(await rotations()).toEqual([['orders', true]])
  })
})
