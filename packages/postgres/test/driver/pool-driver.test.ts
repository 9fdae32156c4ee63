import { afterAll, expect, it } from 'vitest'
import type { Queries } from '../../src/driver/driver.ts'
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

  it('has no more listeners after it was kept many times', async () => {
    const warnings: string[] = []
    const note = ({ name }: Error) => warnings.push(name)
    globalThis.process.on('warning', note)
    const select = ({ query }: Queries) => query('select 1')
    for (let count = 0; count < 12; count += 1) await (await driver.keep(select, select))()
    // Node emits the warning in the next turn.
    await new Promise((resolve) => setImmediate(resolve))
    globalThis.process.removeListener('warning', note)
    expect(warnings).toEqual([])
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
