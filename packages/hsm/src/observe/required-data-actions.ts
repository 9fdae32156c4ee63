/** What the calls of an audit trail need. */

import { OPERATION_ACCESS, sortActions } from '@pocket-hsm/access'
import type { AuditEntry } from '../audit/audit-entry.ts'
import { type RequiredAccess, requiredAccess } from '../roles/required-access.ts'

/** Entries of an audit trail: what `readAudit` returns, or that as JSON. */
export interface RecordedCalls {
  readonly entries: readonly AuditEntry[]
}

/**
 * Returns the data actions that the calls of an audit trail need, each with the resource that it is needed on.
 *
 * Calls that were refused count too: leave them out with the `outcome` filter of `readAudit`. Changes by time need nothing.
 *
 * @param audit - What `readAudit` returned.
 * @returns Each action and scope once: the HSM first, then all keys, then each key by name.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, getKey, readAudit, requiredDataActions } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * getKey(hsm, 'orders')
 * const needed = requiredDataActions(readAudit(hsm))
 * needed.map(({ action }) => action.split('/keys/')[1]) // ['read/action', 'create']
 * needed[0]?.scope // '/keys/orders'
 * ```
 */
export function requiredDataActions({ entries }: RecordedCalls): readonly RequiredAccess[] {
  const byScope = new Map<string, { readonly scope: string; readonly actions: Set<string> }>()
  for (const { operation, key, scope: asked, byTime } of entries) {
    const place = OPERATION_ACCESS[operation].resource === 'scope' ? asked : key
    const isUnknown = OPERATION_ACCESS[operation].resource === 'key' && place === undefined
    if (byTime || isUnknown) continue
    const { action, scope } = requiredAccess(operation, place)
    // Names of keys are compared without regard to case.
    const found = byScope.get(scope.toLowerCase()) ?? { scope, actions: new Set() }
    found.actions.add(action)
    byScope.set(scope.toLowerCase(), found)
  }
  return [...byScope.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { scope, actions }]) => sortActions(actions).map((action) => ({ action, scope })))
}
