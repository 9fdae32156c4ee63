/** A database of its own in the PostgreSQL of the tests, if there is one: TEST_POSTGRES_URL. */

import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

/** The address of a superuser; absent without a PostgreSQL. */
export const ADDRESS: string | undefined =
  process.env['TEST_POSTGRES_URL'] ?? process.env['POCKET_HSM_POSTGRES']

/** Says what is left out without one. */
export const LEFT_OUT = 'left out: TEST_POSTGRES_URL names no server'

async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Makes an empty database. */
export async function createTestDatabase(): Promise<{
  readonly url: string
  readonly drop: () => Promise<void>
}> {
  if (ADDRESS === undefined) throw new Error(LEFT_OUT)
  const name = `server_${randomBytes(6).toString('hex')}`
  await run(ADDRESS, [`create database ${name}`])
  const url = new URL(ADDRESS)
  url.pathname = `/${name}`
  return {
    url: String(url),
    drop: () => run(ADDRESS, [`drop database ${name} with (force)`]),
  }
}

/** Has the clock of a database stand still, but for its offset: the suite counts seconds. */
export async function freezeClock(url: string): Promise<void> {
  await run(url, [
    'create schema frozen',
    "create function frozen.clock_timestamp() returns timestamptz language sql stable as $$ select timestamptz '2030-01-01T00:00:00Z' $$",
    `alter database ${new URL(url).pathname.slice(1)} set search_path = frozen, pg_catalog, public`,
  ])
}
