/** What both kinds of records are made of. */

import { toIsoInstant } from '../wire/instant.ts'
import type { AuditEntry } from './audit-entry.ts'
import type { CommonAuditEvent } from './audit-event.ts'
import { AUDIT_OPERATION_NAMES, UNKNOWN_OPERATION } from './operation-names.ts'

/** A request, with what only its receiver knows. */
export interface AuditedRequest extends AuditEntry {
  /** Defaults to 127.0.0.1. */
  readonly callerIpAddress?: string
  /** In place of the usual one of the operation. */
  readonly operationName?: string
  readonly resultDescription?: string
}

/** A resource whose every part is known. */
export interface NamedResource {
  readonly tenantId: string
  readonly subscriptionId: string
  readonly resourceGroup: string
  readonly name: string
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The members that the records of both services have. */
export function commonMembers(
  request: AuditedRequest,
  collection: string,
  resource: NamedResource,
): CommonAuditEvent {
  const { time, operation, status, clientRequestId = '', requestId } = request
  const { subscriptionId, resourceGroup, name } = resource
  const id = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/Microsoft.KeyVault/${collection}/${name}`
  const usual = operation === undefined ? UNKNOWN_OPERATION : AUDIT_OPERATION_NAMES[operation]
  return {
    time: toIsoInstant(time),
    resourceId: id.toUpperCase(),
    operationName: request.operationName ?? usual,
    operationVersion: request.apiVersion ?? '',
    category: 'AuditEvent',
    resultType: status < 400 ? 'Success' : 'Failure',
    callerIpAddress: request.callerIpAddress ?? '127.0.0.1',
    // The client's identifier, where it is one.
    correlationId: GUID.test(clientRequestId) ? clientRequestId : requestId,
  }
}
