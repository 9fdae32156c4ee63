/** Makes the entry of the audit callback from a request and its response. */

import { readClock } from 'pocket-hsm'
import type { CallerIdentity } from '../access/authorize.ts'
import type { AuditEntry } from '../audit-events/audit-entry.ts'
import type { ReceivedRequest } from '../requests/received-request.ts'
import type { ResponseParts } from '../responses/response-parts.ts'
import { copyText } from '../wire/copy-text.ts'

/** Who the authorizer says has sent a request. */
export interface AuditedCaller {
  readonly caller?: string | undefined
  readonly identity?: CallerIdentity | undefined
}

/** The characters that are kept of each text of a client. */
const LONGEST = {
  // More than a name has, with every character encoded.
  name: 400,
  method: 32,
  url: 1024,
  apiVersion: 64,
  userAgent: 512,
  clientRequestId: 64,
} as const

/** Makes the entry. */
export function auditEntryOf(
  { request, url, arrivedAt, method, hsm, match, notes }: ReceivedRequest,
  { caller, identity }: AuditedCaller,
  { status, error }: ResponseParts,
  requestId: string,
): AuditEntry {
  const { headers } = request
  return {
    time: arrivedAt,
    durationMs: Math.max(0, readClock(hsm) - arrivedAt),
    requestId: error?.activityId ?? requestId,
    profile: hsm.profile,
    baseUrl: hsm.baseUrl,
    ...(caller !== undefined && { caller }),
    ...(identity !== undefined && { identity }),
    ...(match.route && { operation: match.route.operation }),
    ...copied('name', match.name),
    method: copyText(method, LONGEST.method),
    url: copyText(`${url.origin}${url.pathname}`, LONGEST.url),
    ...copied('apiVersion', apiVersionOf(url)),
    ...copied('userAgent', headers.get('user-agent')),
    ...copied('clientRequestId', headers.get('x-ms-client-request-id')),
    status,
    ...(error && { code: error.code }),
    ...(notes.externalKeyRequest && { externalKeyRequest: notes.externalKeyRequest }),
  }
}

/** Names of the query are compared without regard to case. */
const apiVersionOf = ({ searchParams }: URL): string | undefined =>
  [...searchParams].find(([name]) => name.toLowerCase() === 'api-version')?.[1]

function copied<Name extends keyof typeof LONGEST>(
  name: Name,
  text: string | null | undefined,
): { readonly [Each in Name]?: string } {
  if (text === null || text === undefined) return {}
  return { [name]: copyText(text, LONGEST[name]) } as { readonly [Each in Name]?: string }
}
