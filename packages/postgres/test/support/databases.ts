/**
 * The databases of the tests: PGlite in this process, started once, and a PostgreSQL server if TEST_POSTGRES_URL has its
 * address, as `npm run postgres` sets it. Every test has a schema of its own.
 */

import { PGlite } from '@electric-sql/pglite'
import { Pool } from 'pg'
import { afterAll, describe } from 'vitest'
import {
  type DatabaseConnection,
  type DatabaseOptions,
  type DatabaseQueries,
  type HsmDatabase,
  openDatabase,
} from '../../src/index.ts'
import { describeOnPostgres, POSTGRES } from './on-postgres.ts'

/** The key that every database of the tests is opened with, unless a test says otherwise. */
export const KEY: Uint8Array = new Uint8Array(32).fill(7)

/** A row of a result. */
export type TestRow = Readonly<Record<string, unknown>>

/** A schema of its own. */
export interface TestSchema {
  readonly schema: string
  /** Opens it as a server would; it is closed at the end of the file. */
  readonly open: (options?: Partial<DatabaseOptions>) => Promise<HsmDatabase>
  /** The same on a connection that a test has changed. */
  readonly openThrough: (
    change: (connection: DatabaseConnection) => DatabaseConnection,
    options?: Partial<DatabaseOptions>,
  ) => Promise<HsmDatabase>
  readonly query: (text: string, values?: unknown[]) => Promise<readonly TestRow[]>
}

/** A kind of database. */
export interface TestEngine {
  readonly name: string
  readonly newSchema: () => TestSchema
}

let pglite: PGlite | undefined
let schemas = 0

const opened: HsmDatabase[] = []
const pools: Pool[] = []

/** Whether PGlite is left out: where a run without a PostgreSQL has had it already. */
const WITHOUT_PGLITE = process.env['WITHOUT_PGLITE'] === '1' && POSTGRES !== undefined

/** Defines tests once for each database that is there; says what is left out. */
export function describeDatabases(title: string, define: (engine: TestEngine) => void): void {
  describe.skipIf(WITHOUT_PGLITE)(`${title}, on PGlite`, () => {
    closeAfterAll()
    define({ name: 'PGlite', newSchema: () => schemaOn(connectionOfPglite, undefined) })
  })
  describeOnPostgres(`${title}, on PostgreSQL`, () => {
    closeAfterAll()
    define({ name: 'PostgreSQL', newSchema: () => schemaOn(connectionOfPool, POSTGRES) })
  })
}

function closeAfterAll(): void {
  afterAll(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()))
    await Promise.all(pools.splice(0).map((each) => each.end()))
  })
}

function schemaOn(connect: () => DatabaseConnection, url: string | undefined): TestSchema {
  schemas += 1
  const schema = `t${process.pid}_${Date.now().toString(36)}_${schemas}`
  const common = { key: KEY, schema, sweepSeconds: 0, recoverySeconds: 1 }
  const open = async (options: DatabaseOptions) => {
    const database = await openDatabase(options)
    opened.push(database)
    return database
  }
  return {
    schema,
    open: (options) =>
      open({ ...(url === undefined ? { connection: connect() } : { url }), ...common, ...options }),
    openThrough: (change, options) =>
      open({ connection: change(connect()), ...common, ...options }),
    query: async (text, values) => (await connect().query(text, values)).rows as TestRow[],
  }
}

function connectionOfPglite(): DatabaseConnection {
  pglite ??= new PGlite()
  return pglite as unknown as DatabaseConnection
}

let shared: Pool | undefined

/** A server, in the shape of PGlite. */
function connectionOfPool(): DatabaseConnection {
  if (shared === undefined || !pools.includes(shared)) {
    shared = new Pool({ connectionString: POSTGRES, max: 10 })
    pools.push(shared)
  }
  const pool = shared
  return {
    query: (text, values) => pool.query(text, values),
    transaction: async (work) => {
      const client = await pool.connect()
      try {
        await client.query('begin')
        const result = await work(client as unknown as DatabaseQueries)
        await client.query('commit')
        return result
      } catch (error) {
        await client.query('rollback')
        throw error
      } finally {
        client.release()
      }
    },
  }
}

/** A connection on which statements go through a function. */
export function changingQueries(
  change: (run: DatabaseQueries['query']) => DatabaseQueries['query'],
): (connection: DatabaseConnection) => DatabaseConnection {
  return (connection) => ({
    query: change((text, values) => connection.query(text, values)),
    transaction: (work) =>
      connection.transaction((queries) =>
        work({ query: change((text, values) => queries.query(text, values)) }),
      ),
  })
}

/** A connection to a database whose own clock stands still: only its offset moves. */
export const withFrozenClock: (connection: DatabaseConnection) => DatabaseConnection =
  changingQueries(
    (run) => (text, values) =>
      run(text.replaceAll('clock_timestamp()', "timestamptz '2030-01-01T00:00:00Z'"), values),
  )

/** An error as the driver gives it. */
export const sqlError = (code: string, message = 'as a test wants it'): Error =>
  Object.assign(new Error(message), { code })
