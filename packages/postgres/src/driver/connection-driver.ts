/** A database that is there already: PGlite, or whatever has its three methods. */

import type { DatabaseObserver } from '../measure/measurements.ts'
import type { Driver, Queries, Row } from './driver.ts'
import { observeQueries } from './observe-queries.ts'

/** Runs statements: a database, or a transaction of it. */
export interface DatabaseQueries {
  readonly query: (
    text: string,
    values?: unknown[],
  ) => Promise<{ readonly rows: readonly unknown[] }>
}

/** A database with one connection, such as PGlite. */
export interface DatabaseConnection extends DatabaseQueries {
  /** Runs statements in one transaction, while no others run. */
  readonly transaction: <Result>(
    work: (queries: DatabaseQueries) => Promise<Result>,
  ) => Promise<Result>
}

/** Uses a connection; closing leaves it open. */
export function createConnectionDriver(
  connection: DatabaseConnection,
  observe: DatabaseObserver,
): Driver {
  const queriesOf = (queries: DatabaseQueries) => observeQueries(rowsOf(queries), observe)
  return {
    ...queriesOf(connection),
    place: 'the given connection',
    transaction: (work) => connection.transaction((queries) => work(queriesOf(queries))),
    keep: async (first, last) => {
      const queries = queriesOf(connection)
      await first(queries)
      return async () => {
        await last(queries)
      }
    },
    connections: () => ({ open: 1, idle: 0, most: 1, waiting: 0 }),
    close: async () => {},
  }
}

function rowsOf(queries: DatabaseQueries): Queries {
  return {
    query: async (text, values) =>
      (await queries.query(text, values && [...values])).rows as readonly Row[],
  }
}
