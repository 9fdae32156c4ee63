/** The options of a database. */

import { checkOptions, HsmError, OPTION_CHECKS, optionTable } from 'pocket-hsm'
import type { DatabaseConnection } from '../driver/connection-driver.ts'
import type { DatabaseObserver } from '../measure/measurements.ts'
import { KEY_LENGTH } from '../schema/state-key.ts'

/** How to open a database. */
export interface DatabaseOptions {
  /**
   * The address of the server: `postgres://user@host:5432/database`. Without it, the variables `PGHOST`, `PGPORT`,
   * `PGUSER`, `PGPASSWORD`, `PGDATABASE` and `PGSSLMODE` of the environment decide.
   */
  readonly url?: string | undefined
  /** A database that is open already, such as PGlite; in place of `url`. It is not closed. */
  readonly connection?: DatabaseConnection | undefined
  /** The key of the state: 32 bytes, the same for every server. All keys are sealed under it. */
  readonly key: Uint8Array
  /** The schema for the tables: a plain name in lower case. Defaults to `pocket_hsm`. */
  readonly schema?: string | undefined
  /** The most connections of this process. Defaults to 10. */
  readonly maxConnections?: number | undefined
  /** Seconds after which the database cancels a statement. Defaults to 30. */
  readonly statementSeconds?: number | undefined
  /** Seconds for which a request waits for a database that is away. Defaults to 5. */
  readonly recoverySeconds?: number | undefined
  /**
   * Seconds for which a request asks whether its changes were stored, if the connection was lost meanwhile; then its error
   * is `OutcomeUnknown`. Defaults to 30.
   */
  readonly resolveSeconds?: number | undefined
  /** The most keys that are kept open in memory. Defaults to 20,000. */
  readonly cachedKeys?: number | undefined
  /** The most sealed bytes of those keys; open, they take several times as much memory. Defaults to 16 MiB. */
  readonly cachedBytes?: number | undefined
  /** Seconds between two sweeps, which apply what has fallen due and remove what is too old. Defaults to 60; 0 for none. */
  readonly sweepSeconds?: number | undefined
  /** Days for which the audit trail is kept. Defaults to 30. */
  readonly auditDays?: number | undefined
  /** Receives warnings for the operator, one line each. */
  readonly warn?: ((text: string) => void) | undefined
  /** Receives measurements of connections, statements and requests, for metrics. */
  readonly observe?: DatabaseObserver | undefined
}

/** The options with their defaults. */
export type DatabaseSettings = {
  readonly [Name in Exclude<keyof DatabaseOptions, 'url' | 'connection'>]-?: NonNullable<
    DatabaseOptions[Name]
  >
} & Pick<DatabaseOptions, 'url' | 'connection'>

const DEFAULTS = {
  schema: 'pocket_hsm',
  maxConnections: 10,
  statementSeconds: 30,
  recoverySeconds: 5,
  resolveSeconds: 30,
  cachedKeys: 20_000,
  cachedBytes: 16 * 1024 * 1024,
  sweepSeconds: 60,
  auditDays: 30,
  warn: () => {},
  observe: () => {},
} as const

const { bytes, custom, function: callback, string } = OPTION_CHECKS

const wholeNumber = (least: number, most: number) =>
  custom(
    `a whole number from ${least} to ${most}`,
    (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  )

const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/

const OPTIONS = optionTable<DatabaseOptions>({
  url: string,
  connection: custom(
    'a database such as PGlite, with the methods query and transaction',
    (value) =>
      typeof Object(value)['query'] === 'function' &&
      typeof Object(value)['transaction'] === 'function',
  ),
  key: bytes,
  schema: custom(
    'a name of lower-case letters, digits and underscores, of at most 63 characters',
    (value) => typeof value === 'string' && SCHEMA.test(value) && !value.startsWith('pg_'),
  ),
  maxConnections: wholeNumber(1, 1000),
  statementSeconds: wholeNumber(1, 3600),
  recoverySeconds: wholeNumber(0, 3600),
  resolveSeconds: wholeNumber(0, 3600),
  cachedKeys: wholeNumber(0, 10_000_000),
  cachedBytes: wholeNumber(0, 2 ** 40),
  sweepSeconds: wholeNumber(0, 86_400),
  auditDays: wholeNumber(1, 36_500),
  warn: callback,
  observe: callback,
})

/** Checks the options, and completes them. */
export function parseDatabaseOptions(options: DatabaseOptions): DatabaseSettings {
  checkOptions('openDatabase', options, OPTIONS)
  const { url, connection, key } = options
  if (key?.length !== KEY_LENGTH) {
    throw badOption(
      key === undefined || key === null
        ? 'The option "key" of openDatabase is missing: the 32 bytes of the state key.'
        : `The option "key" of openDatabase must have 32 bytes, not ${key.length}.`,
    )
  }
  if (url && connection) throw badOption('openDatabase takes either url or connection, not both.')
  // Never with its text: it may hold a password.
  if (url && !/^postgres(ql)?:\/\//.test(url)) {
    throw badOption('The option "url" of openDatabase must begin with postgres://.')
  }
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined && value !== null),
  )
  return { ...DEFAULTS, ...given, key: Uint8Array.from(key) }
}

/** Makes the error of an option. */
export function badOption(message: string): HsmError {
  return new HsmError({ status: 400, code: 'BadParameter', message })
}
