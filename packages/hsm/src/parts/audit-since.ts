/** What a partial HSM has recorded of its calls, for an audit trail that is stored elsewhere. */

import type { AuditEntry } from '../audit/audit-entry.ts'
import { entriesOf } from '../audit/audit-trail.ts'
import { engineOf, type Hsm } from '../engine/hsm.ts'
import { checkFork } from '../state-export/check-fork.ts'

/**
 * Returns the entries that the audit trail of an HSM got after a fork was taken.
 *
 * Unlike `readAudit` it applies nothing that has fallen due, so it works on a partial HSM that does not know what has.
 *
 * @param hsm - The HSM; not changed.
 * @param since - A fork of it, taken earlier with `forkHsm`.
 * @returns New objects, oldest first: as many of the latest as the trail keeps.
 * @throws {@link HsmError} 400 `BadParameter` - `since` is no fork of the HSM.
 *
 * @example
 * ```ts
 * import { auditSince, createHsm, createKey, forkHsm } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const before = forkHsm(hsm)
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * auditSince(hsm, before).map(({ operation }) => operation) // ['createKey']
 * ```
 */
export function auditSince(hsm: Hsm, since: Hsm): readonly AuditEntry[] {
  const [engine, earlier] = [engineOf(hsm), engineOf(since)]
  checkFork(engine, earlier)
  const count = engine.trail.total - earlier.trail.total
  return count <= 0 ? [] : entriesOf(engine.trail, count)
}
