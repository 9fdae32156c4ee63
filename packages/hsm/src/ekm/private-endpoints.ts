/** Private endpoints to an EKM proxy, as callers see them. */

import { wholeSeconds } from '../engine/apply-due-changes.ts'
import type { Call } from '../engine/audit-context.ts'
import { readInstant } from '../engine/audit-context.ts'
import type {
  EkmState,
  StoredEndpointOperation,
  StoredPrivateEndpoint,
} from '../external-keys/ekm-state.ts'
import type { EkmConnection } from '../external-keys/external-key-manager.ts'
import { badParameter, printable } from '../hsm-error.ts'
import { isSameEndpoint, readEkm, refuseEkm } from './read-ekm.ts'

/** A private endpoint. */
export interface EkmPrivateEndpoint {
  readonly name: string
  /** An HSM in memory is in no region. */
  readonly location: 'local'
  readonly provisioningState: 'Succeeded' | 'Updating' | 'Deleting'
  readonly properties: {
    /** The alias of the Private Link Service, as it was given. */
    readonly privateLinkServiceId: string
    readonly privateLinkServiceConnectionName: string
  }
  /** There is no owner of a Private Link Service who would have to approve it: it is, as soon as it is there. */
  readonly privateLinkServiceConnectionState: {
    readonly status: 'Pending' | 'Approved'
    readonly description: string
    readonly actionsRequired: string
  }
}

/** The creation or the deletion of a private endpoint. Instants are whole Unix seconds. */
export interface EkmPrivateEndpointOperation {
  /** 32 hexadecimal digits in lower case. */
  readonly jobId: string
  readonly privateEndpointName: string
  readonly operationType: 'Create' | 'Delete'
  readonly status: 'Running' | 'Succeeded'
  readonly statusDetails: string
  readonly startTime: number
  /** Absent while it is running. */
  readonly endTime?: number
}

/** The present, in whole seconds. */
export function nowOf(call: Call): number {
  return wholeSeconds(readInstant(call))
}

/** The private endpoints that are there now. */
export function presentEndpoints(call: Call): readonly StoredPrivateEndpoint[] {
  const now = nowOf(call)
  return readEkm(call).endpoints.filter(({ goneAt }) => goneAt === undefined || goneAt > now)
}

/** A connection through a private endpoint needs that endpoint: not one that is deleted, or about to be. */
export function checkEndpointOf(call: Call, { host, connectivityMode }: EkmConnection): void {
  if (connectivityMode !== 'PrivateEndpoint') return
  const { endpoints } = readEkm(call)
  if (!endpoints.some(({ name, goneAt }) => goneAt === undefined && isSameEndpoint(name, host))) {
    throw refuseEkm(call, 'privateEndpointNotFound', { reference: host })
  }
}

const NAME = /^[0-9a-z][0-9a-z-]{0,22}[0-9a-z]$/i

/** Checks the name of a private endpoint. */
export function checkEndpointName(name: string): string {
  if (typeof name === 'string' && NAME.test(name)) return name
  throw badParameter(
    `The name of a private endpoint must have 2 to 24 letters, digits and hyphens, and no hyphen at an end: ${printable(name).slice(0, 64)}`,
  )
}

/** Describes a private endpoint. */
export function describeEndpoint(
  { name, privateLinkServiceId, readyAt, goneAt }: StoredPrivateEndpoint,
  now: number,
): EkmPrivateEndpoint {
  const isReady = now >= readyAt
  return {
    name,
    location: 'local',
    provisioningState: goneAt !== undefined ? 'Deleting' : isReady ? 'Succeeded' : 'Updating',
    properties: {
      privateLinkServiceId,
      privateLinkServiceConnectionName: `${name}-connection`,
    },
    privateLinkServiceConnectionState: {
      status: isReady ? 'Approved' : 'Pending',
      description: isReady ? 'Approved' : 'Awaiting approval',
      actionsRequired: 'None',
    },
  }
}

const VERBS = { Create: 'creation', Delete: 'deletion' } as const

/** Describes an operation on one. */
export function describeOperation(
  { id, name, type, startTime, endTime }: StoredEndpointOperation,
  now: number,
): EkmPrivateEndpointOperation {
  const isRunning = now < endTime
  return {
    jobId: id,
    privateEndpointName: name,
    operationType: type,
    status: isRunning ? 'Running' : 'Succeeded',
    statusDetails: `Private endpoint ${VERBS[type]} ${isRunning ? 'is in progress' : 'completed successfully'}.`,
    startTime,
    ...(!isRunning && { endTime }),
  }
}

/** How many operations are remembered: the latest. */
const MOST_OPERATIONS = 100

/** Returns the state with one more operation. */
export function withOperation(state: EkmState, operation: StoredEndpointOperation): EkmState {
  return { ...state, operations: [...state.operations, operation].slice(-MOST_OPERATIONS) }
}
