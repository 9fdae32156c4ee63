/** From the requests of a handler, or the trail of an HSM, to the records of Azure Monitor. */

import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  type ProfileName,
  type AuditEntry as TrailEntry,
} from 'pocket-hsm'
import { badRequest } from '../wire/errors.ts'
import type { AuditEntry } from './audit-entry.ts'
import type { AuditEvent, AuditResource } from './audit-event.ts'
import type { AuditedRequest, NamedResource } from './audited-request.ts'
import { managedHsmEvent } from './managed-hsm-event.ts'
import { EXTERNAL_KEY_REQUEST } from './operation-names.ts'
import { requestOfTrail } from './request-of-trail.ts'
import { vaultEvent } from './vault-event.ts'

const { custom, string } = OPTION_CHECKS

const OPTIONS = optionTable<AuditResource>({
  tenantId: string,
  subscriptionId: string,
  resourceGroup: string,
  name: string,
  hsm: custom('an HSM', isAddressed),
})

/** Whether a value says which service an HSM behaves like, and its address. */
function isAddressed(value: unknown): boolean {
  const { profile, baseUrl } = Object(value) as Readonly<Record<string, unknown>>
  return Object.hasOwn(EVENTS, String(profile)) && URL.canParse(String(baseUrl))
}

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** That of the management plane. */
const SUBSCRIPTION = '00000000-0000-4000-8000-000000000001'

/**
 * Formats audit entries as the records that Azure Monitor delivers for the category AuditEvent, so that queries and alert
 * rules can be tested. Each line of a storage blob is one record as JSON.
 *
 * A request to an external key manager has a record of its own, `EkmProxyOperation`. A request whose token was not accepted (401) has no record: the service logs those that are authenticated. Entries of
 * `readAudit` were no requests: their records have the request that the call would have been, with the address
 * 127.0.0.1 and no duration.
 *
 * @param audit - Entries of a handler's `audit` callback, to which you may add a `callerIpAddress`; or what `readAudit`
 *   returns, or entries of that.
 * @param resource - See {@link AuditResource}; every member is optional.
 * @returns A record for each request, in the same order; none for a call whose time the clock of the HSM did not say.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown or invalid option, or an entry that is neither.
 * @see Managed HSM logging; Azure Key Vault logging
 *
 * @example
 * ```ts
 * import { formatAuditEvents } from '@pocket-hsm/rest'
 * import { createHsm, createKey, readAudit } from 'pocket-hsm'
 *
 * const hsm = createHsm({ baseUrl: 'https://contoso.managedhsm.azure.net' })
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const [event] = formatAuditEvents(readAudit(hsm), { hsm })
 * event?.operationName // 'KeyCreate'
 * ```
 */
export function formatAuditEvents(audit: AuditSource, resource: AuditResource = {}): AuditEvent[] {
  checkOptions('formatAuditEvents', resource, OPTIONS)
  return entriesOf(audit)
    .flatMap((entry) => requestOf(entry, resource))
    .flatMap(withExternalKeyRequest)
    .filter(({ status }) => status !== 401)
    .map((request) => EVENTS[request.profile](request, namedResource(request, resource)))
}

/** A request to the external key manager has a record of its own, after that of the request that made it. */
function withExternalKeyRequest(request: AuditedRequest): readonly AuditedRequest[] {
  const { externalKeyRequest: asked, code: _, ...rest } = request
  if (asked === undefined) return [request]
  const { url, status, durationMs } = asked
  const operationName = EXTERNAL_KEY_REQUEST
  const resultDescription = String(status)
  return [request, { ...rest, operationName, url, status, durationMs, resultDescription }]
}

/** What records are made of: requests, or calls. */
export type AuditSource =
  | readonly (AuditEntry & { readonly callerIpAddress?: string })[]
  | readonly TrailEntry[]
  | { readonly entries: readonly TrailEntry[] }

function entriesOf(audit: AuditSource): readonly (AuditedRequest | TrailEntry)[] {
  const entries =
    'entries' in Object(audit) && !Array.isArray(audit) ? Object(audit).entries : audit
  if (Array.isArray(entries)) return entries
  throw badRequest('The first argument of formatAuditEvents must be audit entries.')
}

const EVENTS: Readonly<
  Record<ProfileName, (request: AuditedRequest, resource: NamedResource) => AuditEvent>
> = {
  'managed-hsm': managedHsmEvent,
  'vault-premium': vaultEvent,
  'vault-standard': vaultEvent,
}

/** The defaults of `createHsm`. */
const DEFAULT_HSM = {
  profile: 'managed-hsm',
  baseUrl: 'https://pocket.managedhsm.azure.net',
} as const

/** None for a call that is no request to the service. */
function requestOf(
  entry: AuditedRequest | TrailEntry,
  { hsm = DEFAULT_HSM }: AuditResource,
): readonly AuditedRequest[] {
  const { time, at, operation, outcome } = Object(entry) as Partial<AuditedRequest & TrailEntry>
  if (isAddressed(entry) && isInstant(time)) return [entry as AuditedRequest]
  const isCall = operation !== undefined && outcome !== undefined
  // The clock of the HSM was broken.
  if (isCall && Number.isNaN(at)) return []
  if (isCall && isInstant(at)) return requestOfTrail(entry as TrailEntry, hsm)
  throw badRequest('formatAuditEvents takes entries of the audit callback or of readAudit.')
}

/** Whether a date can have this time (ECMA-262 section 21.4.1.1). */
const isInstant = (time: unknown): boolean => Math.abs(Number(time ?? Number.NaN)) <= 8.64e15

function namedResource(request: AuditedRequest, resource: AuditResource): NamedResource {
  const { tenantId = request.identity?.tid ?? NOBODY, subscriptionId = SUBSCRIPTION } = resource
  const { resourceGroup = 'pocket', name = new URL(request.baseUrl).hostname.split('.')[0] } =
    resource
  return { tenantId, subscriptionId, resourceGroup, name: name ?? '' }
}
