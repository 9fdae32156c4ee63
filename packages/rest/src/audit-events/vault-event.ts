/** The record of a vault: in the order of the documentation's example. */

import type { CallerIdentity } from '../access/authorize.ts'
import type { VaultAuditEvent } from './audit-event.ts'
import { type AuditedRequest, commonMembers, type NamedResource } from './audited-request.ts'

/** Makes the record of a request to a vault. */
export function vaultEvent(request: AuditedRequest, resource: NamedResource): VaultAuditEvent {
  const { caller, identity, durationMs, userAgent, status, url, name, baseUrl } = request
  const { callerIpAddress, correlationId, ...common } = commonMembers(request, 'vaults', resource)
  const query =
    request.apiVersion === undefined ? '' : `?api-version=${encodeURIComponent(request.apiVersion)}`
  return {
    ...common,
    resultSignature: REASONS[status] ?? String(status),
    resultDescription: '',
    durationMs: String(durationMs),
    callerIpAddress,
    correlationId,
    identity: { claim: claimOf(identity ?? { ...(caller && { oid: caller }) }) },
    properties: {
      clientInfo: userAgent ?? '',
      requestUri: `${url}${query}`,
      id: name === undefined ? `${baseUrl}/` : `${baseUrl}/keys/${name}`,
      httpStatusCode: status,
    },
  }
}

const OBJECT_ID = 'http://schemas.microsoft.com/identity/claims/objectidentifier'
const UPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'

function claimOf({ appid, oid, upn }: CallerIdentity): Readonly<Record<string, string>> {
  return {
    ...(oid !== undefined && { [OBJECT_ID]: oid }),
    ...(upn !== undefined && { [UPN]: upn }),
    ...(appid !== undefined && { appid }),
  }
}

/** RFC 9110 section 15. */
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
