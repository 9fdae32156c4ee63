/** A pool of connections to a PostgreSQL server. */

import { Pool, type PoolClient, type PoolConfig } from 'pg'
import { HsmError } from 'pocket-hsm'
import { failureKind } from '../errors/database-error.ts'
import type { DatabaseObserver } from '../measure/measurements.ts'
import type { Driver, Queries, Row } from './driver.ts'
import { observed, observeQueries } from './observe-queries.ts'

/** Where the server is, and how many connections to use. */
export interface PoolOptions {
  /** `postgres://user@host:5432/database`; without one, the variables `PGHOST`, `PGUSER`, … of the environment decide. */
  readonly url?: string | undefined
  readonly maxConnections: number
  readonly statementSeconds: number
  readonly observe: DatabaseObserver
}

/** A connection must be there, or refused, by then. */
const CONNECT_MS = 5000

/** Opens a pool. It connects when the first statement runs. */
export function createPoolDriver({
  url,
  maxConnections,
  statementSeconds,
  observe,
}: PoolOptions): Driver {
  const config: PoolConfig = {
    ...(url !== undefined && { connectionString: url }),
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: statementSeconds * 1000,
    // A server that is gone without a word: the statement's own limit, and some time for the network.
    query_timeout: statementSeconds * 1000 + CONNECT_MS,
    keepAlive: true,
    application_name: 'pocket-hsm',
  }
  const pool = new Pool(config)
  // A connection that breaks while it is idle is replaced when it is needed.
  pool.on('error', () => {})
  const connect = () => observed(() => pool.connect(), 'connection', observe)
  const queriesOf = (client: PoolClient) => observeQueries(queriesOfClient(client), observe)
  return {
    place: placeOf(url),
    query: (text, values) => withClient(connect, (client) => queriesOf(client).query(text, values)),
    transaction: (work) =>
      withClient(connect, async (client, note) => {
        const queries = queriesOf(client)
        try {
          await queries.query('begin')
          const result = await work(queries)
          await queries.query('commit')
          return result
        } catch (error) {
          await queries.query('rollback').catch(note)
          throw error
        }
      }),
    keep: async (first, last) => {
      const client = await connect()
      // Broken while it is kept: whatever it held is free, and the pool makes another one.
      const ignore = () => {}
      client.on('error', ignore)
      const release = (broken?: Error) => {
        client.removeListener('error', ignore)
        client.release(broken)
      }
      const queries = queriesOf(client)
      try {
        await first(queries)
      } catch (error) {
        release(error as Error)
        throw error
      }
      return async () => {
        try {
          await last(queries)
          release()
        } catch (error) {
          release(error as Error)
        }
      }
    },
    connections: () => ({
      open: pool.totalCount,
      idle: pool.idleCount,
      most: maxConnections,
      waiting: pool.waitingCount,
    }),
    close: () => pool.end(),
  }
}

/**
 * Uses a connection, and keeps it unless it broke: the pool's own `query` closes it after every error, also after a conflict,
 * and a full disk lets no new one in.
 */
async function withClient<Result>(
  connect: () => Promise<PoolClient>,
  work: (client: PoolClient, note: (broken: Error) => void) => Promise<Result>,
): Promise<Result> {
  const client = await connect()
  let broken: Error | undefined
  const note = (error: Error) => {
    broken = error
  }
  client.on('error', note)
  try {
    return await work(client, note)
  } catch (error) {
    if (isOfConnection(error)) note(error as Error)
    throw error
  } finally {
    client.removeListener('error', note)
    client.release(broken)
  }
}

/** Whether an error may have left a connection that cannot be used, or one in the middle of something. */
function isOfConnection(error: unknown): boolean {
  if (error instanceof HsmError) return false
  const kind = failureKind(error)
  return kind === 'DatabaseAway' || kind === 'DatabaseFailed'
}

const queriesOfClient = (client: PoolClient): Queries => ({
  query: async (text, values) => rowsOf(await client.query(statement(text, values))),
})

/** Statements with parameters are prepared once for each connection, under a name that follows from the text. */
function statement(text: string, values: readonly unknown[] | undefined) {
  if (values === undefined) return { text }
  return { text, values: [...values], name: nameOf(text) }
}

const names = new Map<string, string>()

/** The texts are constants of this package, so there are few. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `pocket_hsm_${names.size + 1}`
  names.set(text, name)
  return name
}

const rowsOf = (result: { readonly rows: readonly Row[] }): readonly Row[] => result.rows ?? []

function placeOf(url: string | undefined): string {
  if (url === undefined) {
    const { PGHOST = 'localhost', PGPORT = '5432', PGDATABASE = '' } = process.env
    return `${PGHOST}:${PGPORT}${PGDATABASE && `/${PGDATABASE}`}`
  }
  if (!URL.canParse(url)) return 'the database'
  const { host, pathname, searchParams } = new URL(url)
  return `${host || searchParams.get('host') || 'localhost'}${pathname.slice(0, 64)}`
}
