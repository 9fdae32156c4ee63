/** The one interface between this package and a database: whatever runs SQL runs all of it. */

/** A row of a result, by the names of the columns. */
export type Row = Readonly<Record<string, unknown>>

/** Runs statements. */
export interface Queries {
  /** Runs one statement with its parameters: text, numbers, booleans, bytes, lists of those. */
  readonly query: (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>
}

/** The connections of a pool. */
export interface ConnectionStats {
  /** Those that are open, idle ones included. */
  readonly open: number
  /** Those that nothing uses now. */
  readonly idle: number
  /** How many may be open. */
  readonly most: number
  /** Requests that wait for one. */
  readonly waiting: number
}

/** A database. */
export interface Driver extends Queries {
  /** Runs statements in one transaction; rolls back if `work` rejects. */
  readonly transaction: <Result>(work: (queries: Queries) => Promise<Result>) => Promise<Result>
  /** Runs statements on one connection that is kept until the returned function is called or the process ends. */
  readonly keep: (
    first: (queries: Queries) => Promise<unknown>,
    last: (queries: Queries) => Promise<unknown>,
  ) => Promise<() => Promise<void>>
  /** Where it is, for error texts: never with a password. */
  readonly place: string
  readonly connections: () => ConnectionStats
  /** Closes what it opened. */
  readonly close: () => Promise<void>
}
