/** Errors of a database, in words that an operator can act on. */

import { HsmError } from 'pocket-hsm'

/** Why a database cannot be used, or a request could not be finished: `innerCode` of the error. */
export type DatabaseErrorCode =
  | 'Conflict'
  | 'DamagedRow'
  | 'DatabaseAway'
  | 'DatabaseClosed'
  | 'DatabaseFailed'
  | 'DiskFull'
  | 'ForeignSchema'
  | 'HsmDeleted'
  | 'NewerSchema'
  | 'NotPermitted'
  | 'OutcomeUnknown'
  | 'ReadOnlyDatabase'
  | 'TooManyConnections'
  | 'TooManyKeys'
  | 'WrongEncoding'
  | 'WrongKey'

/** The texts of errors that the database itself gives. Nothing from the driver is in them: it could hold anything. */
const TEXTS: Readonly<Partial<Record<DatabaseErrorCode, string>>> = {
  DatabaseAway: 'The database cannot be reached, or has closed the connection.',
  DatabaseFailed: 'The database has refused a statement.',
  DiskFull: 'The disk of the database is full: nothing can be written.',
  NotPermitted: 'The user of the database may not do this: see the privileges in the guide.',
  ReadOnlyDatabase: 'The database is read-only: it may be a standby.',
  TooManyConnections: 'The database accepts no more connections.',
}

/** The status and code of errors for which trying again is of no use. */
const LASTING: Readonly<
  Partial<Record<DatabaseErrorCode, { readonly status: number; readonly code: string }>>
> = {
  DamagedRow: { status: 500, code: 'InternalServerError' },
  TooManyKeys: { status: 501, code: 'NotImplemented' },
}

/** Makes an error: status 503, for a client to try again, unless that is of no use. */
export function databaseError(
  innerCode: DatabaseErrorCode,
  message: string,
  cause?: unknown,
): HsmError {
  return new HsmError({
    ...(LASTING[innerCode] ?? { status: 503, code: 'ServiceUnavailable' }),
    innerCode,
    message,
    ...(cause !== undefined && { cause }),
  })
}

/** What went wrong in a statement. */
export type FailureKind = DatabaseErrorCode | 'NearLimit' | 'Repeated'

/** SQLSTATEs, by their first characters; the longest that fits counts. */
const KINDS: Readonly<Record<string, FailureKind>> = {
  PH001: 'Conflict',
  PH002: 'NearLimit',
  PH003: 'HsmDeleted',
  PH004: 'Repeated',
  // Unique violation: another transaction has created the row.
  '23505': 'Conflict',
  // Serialization failure, deadlock.
  '40001': 'Conflict',
  '40P01': 'Conflict',
  // Whether the statement was completed is not known.
  '40003': 'DatabaseAway',
  '08': 'DatabaseAway',
  '57P': 'DatabaseAway',
  '25006': 'ReadOnlyDatabase',
  '53100': 'DiskFull',
  '53300': 'TooManyConnections',
  '42501': 'NotPermitted',
  '28': 'NotPermitted',
}

const SQLSTATE = /^[0-9A-Z]{5}$/

/** Returns what an error of the driver means. */
export function failureKind(error: unknown): FailureKind {
  const code = Object(error)['code'] as unknown
  if (typeof code === 'string' && SQLSTATE.test(code)) {
    for (const length of [5, 3, 2]) {
      const kind = KINDS[code.slice(0, length)]
      if (kind !== undefined) return kind
    }
    return 'DatabaseFailed'
  }
  // Without a SQLSTATE it is an error of the socket or of the pool.
  return 'DatabaseAway'
}

/** Returns an error of a statement as one to throw; an HsmError stays as it is. */
export function toDatabaseError(error: unknown): HsmError {
  if (error instanceof HsmError) return error
  const kind = failureKind(error)
  const code = kind === 'NearLimit' || kind === 'Repeated' ? 'Conflict' : kind
  const sqlState = String(Object(error)['code'] ?? '')
  const suffix =
    code === 'DatabaseFailed' && SQLSTATE.test(sqlState) ? ` (SQLSTATE ${sqlState})` : ''
  return databaseError(
    code,
    `${TEXTS[code] ?? 'The request could not be finished.'}${suffix}`,
    error,
  )
}
