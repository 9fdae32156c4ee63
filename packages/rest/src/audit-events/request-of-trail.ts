/** The request that a call in the trail of an HSM would have been. */

import type { ProfileName, AuditEntry as TrailEntry } from 'pocket-hsm'
import type { Route } from '../routes/route.ts'
import { type OperationName, routeOf } from '../routes/routes.ts'
import type { AuditedRequest } from './audited-request.ts'
import { ROTATION_BY_POLICY } from './operation-names.ts'

const NO_ID = '00000000-0000-0000-0000-000000000000'

/** Calls that no route makes, but that do what one does. */
const SAME: Readonly<Record<string, OperationName>> = { importPem: 'importKey' }

/** Returns the request of a call; none for a call that is only a part of a request. */
export function requestOfTrail(
  entry: TrailEntry,
  { profile, baseUrl }: { readonly profile: ProfileName; readonly baseUrl: string },
): readonly AuditedRequest[] {
  const { at, caller, key, outcome, byTime, external } = entry
  const operation = (SAME[entry.operation] ?? entry.operation) as OperationName
  const route = routeOf(operation)
  if (route === undefined) return []
  const succeeded = outcome === 'success'
  return [
    {
      time: at,
      durationMs: 0,
      requestId: NO_ID,
      profile,
      baseUrl,
      operation,
      ...(byTime && operation === 'rotateKey' && { operationName: ROTATION_BY_POLICY }),
      ...(caller !== undefined && { caller }),
      ...(key !== undefined && { name: key }),
      method: route.method,
      url: `${baseUrl}${pathOf(route, entry)}`,
      status: succeeded ? (route.status ?? statusOf(operation)) : outcome.status,
      ...(!succeeded && { code: outcome.code }),
      ...(external && { externalKeyRequest: { ...external, durationMs: 0 } }),
    },
  ]
}

const statusOf = (operation: OperationName): number => (operation === 'purgeDeletedKey' ? 204 : 200)

/** The path with what the trail knows of it: it has no identifiers of roles, jobs and settings. */
function pathOf({ path }: Route, { key = '', version, scope = '' }: TrailEntry): string {
  const made = path.includes('{version}') && version !== undefined ? `/${version}` : ''
  const filled = path
    .replace('[/{version}]', made)
    .replace('{name}', encodeURIComponent(key))
    .replace('{scope}', scope === '/' ? '' : scope.replace(/^\//, ''))
    .replace('/{id}', '')
  return `/${filled.replace(/^\//, '')}`
}
