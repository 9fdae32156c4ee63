/** What is measured while a database is used, as it happens: for the metrics of whoever opened it. */

import type { DatabaseErrorCode } from '../errors/database-error.ts'

/** Why a request ran again: others have changed the same keys, or it needs keys that were not loaded, or changes that are due. */
export type RerunReason = 'conflict' | 'missing' | 'due'

/** What became of a request: it changed nothing, stored changes, or could not be finished. `due` applies what has fallen due. */
export type TransactionResult = 'read' | 'write' | 'due' | 'failed'

/** One measurement; durations are in seconds. */
export type DatabaseMeasurement =
  /** A request had to get a connection from the pool, or from the database. */
  | { readonly kind: 'connection'; readonly seconds: number }
  /** A statement, `begin`, `commit` and `rollback` among them: one round trip. */
  | { readonly kind: 'statement'; readonly seconds: number }
  /** A request on an HSM, with everything that it waited for and all its reruns. */
  | {
      readonly kind: 'transaction'
      readonly seconds: number
      readonly result: TransactionResult
    }
  /** A request runs again. */
  | { readonly kind: 'rerun'; readonly reason: RerunReason }
  /** A connection or a statement has failed, or a request could not be finished. A conflict is one only if it is given up. */
  | { readonly kind: 'error'; readonly code: DatabaseErrorCode }

/** Receives measurements. What it throws is ignored. */
export type DatabaseObserver = (measurement: DatabaseMeasurement) => void

/** Makes an observer that never throws: a change that was stored must not fail because it was measured. */
export function withoutErrors(observe: DatabaseObserver): DatabaseObserver {
  return (measurement) => {
    try {
      observe(measurement)
    } catch {}
  }
}

/** Starts to measure; the returned function gives the seconds since then. */
export function startTimer(): () => number {
  const start = performance.now()
  return () => (performance.now() - start) / 1000
}
