/** A script of faults: what fails, for which operation, and how often. */

import type { HsmError } from 'pocket-hsm'
import type { OperationName } from '../routes/routes.ts'
import { requestError } from '../wire/errors.ts'
import { checkFault } from './check-fault.ts'
import type { Fault } from './fault.ts'

/** A queue of faults, from {@link createFaultScript}. */
export interface FaultScript {
  /** Queues more faults. */
  readonly add: (...faults: readonly Fault[]) => void
  /** Returns the number of requests that are still to fail. */
  readonly remaining: () => number
  /** Returns the queue, the next fault first: each fault with the requests that it is still for as `times`. */
  readonly queued: () => readonly Fault[]
  /** Takes the next fault for an operation from the queue; the handler calls it. */
  readonly take: (operation: OperationName) => Fault | undefined
}

/**
 * Makes a script of faults: each one is for the next request of its operation, in the order of the queue.
 *
 * @param faults - The first faults; more can be added later.
 * @returns The script, for {@link HandlerOptions.faults}.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown member, a value that is not valid, or a fault that
 *   would have no effect; also from `add`, which then adds none.
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
  // One entry for each fault, however many requests it is for.
  const queue: { readonly fault: Fault; left: number }[] = []
  const add = (...more: readonly Fault[]) => {
    for (const fault of more) checkFault(fault)
    for (const fault of more) queue.push({ fault: { ...fault }, left: fault.times ?? 1 })
  }
  add(...faults)
  return {
    add,
    remaining: () => queue.reduce((total, { left }) => total + left, 0),
    queued: () => queue.map(({ fault, left }) => ({ ...fault, times: left })),
    take: (operation) => {
      const index = queue.findIndex(({ fault }) => (fault.operation ?? operation) === operation)
      const next = queue[index]
      if (next === undefined) return undefined
      next.left -= 1
      if (next.left === 0) queue.splice(index, 1)
      return next.fault
    },
  }
}

/** The usual code of a status. */
const CODES: Readonly<Record<number, string>> = {
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

/** Makes the error of a fault that has a status. */
export function faultError({ code, message }: Fault, status: number): HsmError {
  return requestError(
    status,
    code ?? CODES[status] ?? 'Error',
    message ?? 'This error comes from the fault script.',
  )
}

/** Makes the headers of a fault that has a status. */
export function faultHeaders({ retryAfterSeconds, retryAfterMs }: Fault): Record<string, string> {
  return {
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    ...(retryAfterMs !== undefined && { 'retry-after-ms': String(retryAfterMs) }),
  }
}

/** Makes the error of a lost connection, as Node's sockets throw it: retry policies recognize `ECONNRESET`. */
export function connectionLost(): Error {
  const error = new Error('The connection was lost: this error comes from the fault script.')
  return Object.assign(error, { code: 'ECONNRESET' })
}
