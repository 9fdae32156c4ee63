/** An HSM in a database. */

import type { Hsm } from 'pocket-hsm'
import type { StoredAudit, StoredAuditFilter } from '../audit/read-audit.ts'
import type { StoredEventListener } from '../events/outbox.ts'
import type { StoredJobLease } from './job-lease.ts'
import type { RunOnce } from './once.ts'

/** What a request is about. */
export interface RunOptions<Result = never> {
  /** The names of the keys that it needs, as far as they are known: each one that is not costs a round trip. */
  readonly names?: readonly string[]
  /** Does the request once, if its client sends it again without having learnt how it ended. It costs a round trip. */
  readonly once?: RunOnce<Result> | undefined
}

/** An HSM in a database. Any number of processes may have it open. */
export interface HsmStore {
  /** The name, as it was given first. */
  readonly name: string
  /**
   * A stand-in with the address, the profile and the clock of the HSM, for code around it such as a request handler. It
   * holds no keys: operations belong into {@link HsmStore.run}.
   */
  readonly hsm: Hsm
  /**
   * Runs operations on the HSM and stores what they have changed: all of it, or nothing if `work` throws.
   *
   * `work` may run several times, each time on another HSM, until nobody else has changed meanwhile what it had read:
   * it must have no other effects, and must not keep the HSM. Only the last run counts. It costs one round trip to the
   * database if nothing changes, two if something does, and one more for each key that `names` lacks.
   *
   * @throws What `work` throws.
   * @throws HsmError 503 `ServiceUnavailable` - the database cannot do it now: `innerCode` is one of
   *   `DatabaseErrorCode`, and the message says what an operator can do.
   * @throws HsmError 501 `NotImplemented` - an operation on all keys at once, such as a full backup, of an HSM with more
   *   than 20,000 keys.
   */
  readonly run: <Result>(
    work: (hsm: Hsm) => Result | Promise<Result>,
    options?: RunOptions<Result>,
  ) => Promise<Result>
  /**
   * Which process works on the job of the HSM, such as a full backup: the option `jobLease` of `createHandler`. It takes a
   * connection while it is held, and ends with the process.
   */
  readonly jobLease: StoredJobLease
  /**
   * Applies what has fallen due, to every key that no other server is working on. This happens at intervals anyway.
   *
   * @returns How many keys have changed.
   */
  readonly passTime: () => Promise<number>
  /** Reads the audit trail, which all servers share; what this server has not stored yet is stored first. */
  readonly readAudit: (filter?: StoredAuditFilter) => Promise<StoredAudit>
  /**
   * Delivers the events of the HSM, in their order, at least once each: to one of the listeners of all servers. From the
   * first listener on, events are stored with the changes that they announce, for 7 days.
   *
   * @param listener - Called with one event at a time; if it throws or rejects, the event comes again. Two deliveries of
   *   an event have the same `id`.
   * @returns A function that stops it.
   */
  readonly onEvent: (listener: StoredEventListener) => Promise<() => Promise<void>>
}
