/** The faults that people queue most, and the operations that they can be for. */

import type { Fault } from '@pocket-hsm/rest'

/** The operations of the REST API that a fault is usually for, with `''` for any. */
export const FAULT_OPERATIONS: readonly NonNullable<Fault['operation']>[] = [
  'getKey',
  'createKey',
  'importKey',
  'rotateKey',
  'updateKey',
  'deleteKey',
  'recoverDeletedKey',
  'purgeDeletedKey',
  'listKeys',
  'listKeyVersions',
  'listDeletedKeys',
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'wrapKey',
  'unwrapKey',
  'secureWrapKey',
  'secureUnwrapKey',
  'releaseKey',
  'backupKey',
  'restoreKey',
  'getRandomBytes',
]

/** What can go wrong, as a choice. */
export interface FaultEffect {
  readonly id: string
  readonly name: string
  readonly help: string
  readonly fault: Fault
  /** The amount that people give, and what it is. */
  readonly amount?: {
    readonly member: 'delayMs' | 'retryAfterSeconds' | 'pendingSeconds'
    readonly label: string
    readonly initial: number
  }
}

/** The choices. */
export const FAULT_EFFECTS: readonly FaultEffect[] = [
  {
    id: 'throttled',
    name: '429 Throttled',
    help: 'The client should wait as long as Retry-After says, and try again.',
    fault: { status: 429 },
    amount: { member: 'retryAfterSeconds', label: 'Retry-After (seconds)', initial: 1 },
  },
  {
    id: 'unavailable',
    name: '503 Service unavailable',
    help: 'The client should try again.',
    fault: { status: 503 },
    amount: { member: 'retryAfterSeconds', label: 'Retry-After (seconds)', initial: 1 },
  },
  {
    id: 'server-error',
    name: '500 Internal server error',
    help: 'The client should try again.',
    fault: { status: 500 },
  },
  {
    id: 'forbidden',
    name: '403 Forbidden',
    help: 'The caller may not do this. Trying again does not help.',
    fault: { status: 403 },
  },
  {
    id: 'slow',
    name: 'Slow response',
    help: 'The operation runs after a delay on the clock of the HSM.',
    fault: {},
    amount: { member: 'delayMs', label: 'Delay (milliseconds)', initial: 2000 },
  },
  {
    id: 'lost-before',
    name: 'Connection lost before',
    help: 'The operation does not run.',
    fault: { connection: 'lost-before' },
  },
  {
    id: 'lost-after',
    name: 'Connection lost after',
    help: 'The operation runs; its response is lost.',
    fault: { connection: 'lost-after' },
  },
  {
    id: 'pending',
    name: 'Deletion stays pending',
    help: 'For deleting, recovering and purging: the state changes later.',
    fault: {},
    amount: { member: 'pendingSeconds', label: 'Pending (seconds)', initial: 30 },
  },
]

/** One line about a queued fault. */
export function describeFault({
  operation,
  status,
  delayMs,
  connection,
  pendingSeconds,
  retryAfterSeconds,
}: Fault): string {
  const parts = [
    ...(delayMs ? [`after ${delayMs} ms`] : []),
    ...(status ? [`status ${status}`] : []),
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After ${retryAfterSeconds} s`]),
    ...(connection === undefined
      ? []
      : [connection === 'lost-before' ? 'connection lost before it runs' : 'response lost']),
    ...(pendingSeconds === undefined ? [] : [`stays pending for ${pendingSeconds} s`]),
  ]
  return `${operation ?? 'any operation'}: ${parts.join(', ')}`
}
