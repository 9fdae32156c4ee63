/** One fault of a script. */

import type { OperationName } from '../routes/routes.ts'

/** One fault. Members can be combined: a delay and then a status. */
export interface Fault {
  /** The operation that fails. Defaults to any: the next request. */
  readonly operation?: OperationName
  /** The number of requests that fail. Defaults to 1. */
  readonly times?: number
  /** Milliseconds to wait first, on the clock of the HSM. */
  readonly delayMs?: number
  /** The status of the response; the engine is not called. */
  readonly status?: number
  /** `error.code` of the response. Defaults to the usual one of the status. */
  readonly code?: string
  /** `error.message` of the response. */
  readonly message?: string
  /** The `Retry-After` header of the response: seconds. */
  readonly retryAfterSeconds?: number
  /** The `retry-after-ms` header of the response, which Azure clients prefer: milliseconds. */
  readonly retryAfterMs?: number
  /**
   * Revokes the token of the request. From now on every request with this token gets a 401 with a claims challenge of
   * continuous access evaluation (CAE), until the client comes with another token. Not with a status, a lost connection
   * or `pendingSeconds`.
   */
  readonly claimsChallenge?: true
  /** Loses the connection: before the engine is called, or after, so that only the response is lost. */
  readonly connection?: 'lost-before' | 'lost-after'
  /** `deleteKey`, `recoverDeletedKey` and `purgeDeletedKey`: seconds to stay pending, on the clock of the HSM. */
  readonly pendingSeconds?: number
}
