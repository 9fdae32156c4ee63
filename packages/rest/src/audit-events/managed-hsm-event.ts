/** The record of a Managed HSM: in the order of the documentation's example. */

import type { CallerIdentity } from '../access/authorize.ts'
import type { ManagedHsmAuditEvent } from './audit-event.ts'
import { type AuditedRequest, commonMembers, type NamedResource } from './audited-request.ts'

/** Makes the record of a request to a Managed HSM. */
export function managedHsmEvent(
  request: AuditedRequest,
  resource: NamedResource,
): ManagedHsmAuditEvent {
  const { caller, identity, durationMs, userAgent, status, url, resultDescription } = request
  const { time, callerIpAddress, correlationId, ...common } = commonMembers(
    request,
    'managedHSMs',
    resource,
  )
  return {
    TenantId: resource.tenantId,
    time,
    ...common,
    properties: { PoolType: 'M-HSM', sku_Family: 'B', sku_Name: 'Standard_B1' },
    durationMs,
    callerIpAddress,
    identity: JSON.stringify({ claim: claimOf(identity ?? { ...(caller && { oid: caller }) }) }),
    clientInfo: userAgent ?? '',
    correlationId,
    subnetId: '(unknown)',
    httpStatusCode: status,
    ...(resultDescription !== undefined && { resultDescription }),
    PoolName: resource.name,
    requestUri: url,
    resourceGroup: resource.resourceGroup,
    resourceProvider: 'MICROSOFT.KEYVAULT',
    resource: resource.name,
    resourceType: 'managedHSMs',
  }
}

function claimOf({ appid, oid, upn }: CallerIdentity): object {
  return {
    ...(appid !== undefined && { appid }),
    ...(oid !== undefined && {
      http_schemas_microsoft_com_identity: { claims: { objectidentifier: oid } },
    }),
    ...(upn !== undefined && {
      http_schemas_xmlsoap_org_ws_2005_05_identity: { claims: { upn } },
    }),
  }
}
