/** Faults by script: what goes wrong, for which operation, how often. */

import type { OperationName } from '../routes/routes.ts'

/** One thing to go wrong. Members may be combined: a delay and then a status. */
export interface Fault {
  /** Whom it befalls: the next request of any operation unless told. */
  readonly operation?: OperationName
  /** How many requests it befalls: 1 unless told. */
  readonly times?: number
  /** Milliseconds to wait first, on the clock of the HSM. */
  readonly delayMs?: number
  /** Answers this status instead of the engine. */
  readonly status?: number
  /** `error.code` of the answer; the status' usual one unless told. */
  readonly code?: string
  /** `error.message` of the answer. */
  readonly message?: string
  /** The `Retry-After` header of the answer: seconds. */
  readonly retryAfterSeconds?: number
  /** The `retry-after-ms` header of the answer, which Azure clients prefer: milliseconds. */
  readonly retryAfterMs?: number
  /** Loses the connection: before the engine has done anything, or after, when only the answer is lost. */
  readonly connection?: 'lost-before' | 'lost-after'
  /** `deleteKey` and `recoverDeletedKey`: seconds that it stays pending, on the clock of the HSM. */
  readonly pendingSeconds?: number
}

/** A queue of faults, from {@link createFaultScript}. */
export interface FaultScript {
  /** Puts faults behind those that are still to come. */
  readonly add: (...faults: readonly Fault[]) => void
  /** How many requests are still to fail. */
  readonly remaining: () => number
  /** Takes the next fault for an operation: what the handler does. */
  readonly take: (operation: OperationName) => Fault | undefined
}

/**
 * Makes a script of faults: each befalls the next request of its operation, in the order in which they stand.
 *
 * @param faults - What goes wrong first; more can be added later.
 * @returns The script, for {@link HandlerOptions.faults}.
 *
 * @example
 * ```ts
 * import { createFaultScript, createHandler } from '@pocket-hsm/rest'
 * import { createHsm } from 'pocket-hsm'
 *
 * const faults = createFaultScript({ operation: 'sign', status: 503, retryAfterSeconds: 1, times: 2 })
 * const handler = createHandler(createHsm(), { faults })
 * faults.add({ operation: 'getKey', connection: 'lost-before' })
 * faults.remaining() // 3
 * ```
 */
export function createFaultScript(...faults: readonly Fault[]): FaultScript {
  const queue: Fault[] = []
  const add = (...more: readonly Fault[]) => {
    for (const fault of more) {
      for (let i = 0; i < (fault.times ?? 1); i += 1) queue.push(fault)
    }
  }
  add(...faults)
  return {
    add,
    remaining: () => queue.length,
    take: (operation) => {
      const next = queue.findIndex((fault) => (fault.operation ?? operation) === operation)
      return next < 0 ? undefined : queue.splice(next, 1)[0]
    },
  }
}

/** The usual code of a status. */
export const CODES: Readonly<Record<number, string>> = {
  400: 'BadParameter',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'KeyNotFound',
  408: 'RequestTimeout',
  409: 'Conflict',
  429: 'Throttled',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
}

/**
 * The error of a lost connection, as Node's sockets have it: `code` is `ECONNRESET`, which the retry policies of
 * clients know.
 */
export function connectionLost(): Error {
  return Object.assign(new Error('The connection was lost: a fault of the script.'), {
    code: 'ECONNRESET',
  })
}
