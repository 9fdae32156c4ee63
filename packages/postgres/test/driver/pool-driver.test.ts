import { afterAll, expect, it } from 'vitest'
import { createPoolDriver } from '../../src/driver/pool-driver.ts'
import { describeOnPostgres, POSTGRES } from '../support/on-postgres.ts'

describeOnPostgres('a connection of the pool', () => {
  const driver = createPoolDriver({
    url: POSTGRES,
    maxConnections: 1,
    statementSeconds: 5,
    observe: () => {},
  })
  afterAll(driver.close)

  const process = async () => (await driver.query('select pg_backend_pid() as pid'))[0]?.['pid']

  it.each([
    ['a conflict', "do $$ begin raise exception 'changed' using errcode = 'PH001'; end $$"],
    ['a unique violation', "do $$ begin raise exception 'there' using errcode = '23505'; end $$"],
    ['a full disk', "do $$ begin raise exception 'full' using errcode = '53100'; end $$"],
  ])('is kept after %s', async (_, text) => {
    const before = await process()
    await expect(driver.query(text)).rejects.toHaveProperty('code')
    expect(await process()).toBe(before)
  })

  it('is kept after a transaction that was rolled back', async () => {
    const before = await process()
    const conflict = driver.transaction((queries) =>
      queries.query("do $$ begin raise exception 'changed' using errcode = 'PH001'; end $$"),
    )
    await expect(conflict).rejects.toHaveProperty('code', 'PH001')
    expect(await process()).toBe(before)
  })

  it('is replaced once it is broken, also in a transaction, and nothing is thrown beside', async () => {
    const before = await process()
    const cut = driver.transaction((queries) =>
      queries.query('select pg_terminate_backend(pg_backend_pid())'),
    )
    await expect(cut).rejects.toHaveProperty('code', '57P01')
    expect(await process()).not.toBe(before)
  })
})
