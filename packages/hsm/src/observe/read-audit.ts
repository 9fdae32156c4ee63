/** Reading the audit trail. */

import type { AuditEntry, HsmOperation } from '../audit/audit-entry.ts'
import { HSM_OPERATIONS } from '../audit/audit-entry.ts'
import { entriesOf, keptEntries } from '../audit/audit-trail.ts'
import { engineOf, type Hsm } from '../engine/hsm.ts'
import { parseKeyReference, type ReferenceContext } from '../keys/key-reference.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  type OptionTable,
  optionTable,
} from '../options/check-options.ts'
import { nameKey } from '../state/hsm-state.ts'
import { passTime } from './pass-time.ts'

/** Which entries to read: those that match every given member. */
export interface AuditFilter {
  /** A key by name, a version by `name/version` or its identifier. */
  readonly key?: string | undefined
  readonly operation?: HsmOperation | readonly HsmOperation[] | undefined
  readonly caller?: string | undefined
  readonly outcome?: 'success' | 'refused' | undefined
  /** `true`: only changes that time made. `false`: only calls. */
  readonly byTime?: boolean | undefined
  /**
   * Only entries after so many that were ever written, for a reader who has read before: the `lost` and the number of
   * entries of a reading without a filter, together. The cost depends on the entries after them. Defaults to 0.
   */
  readonly after?: number | undefined
}

/** The entries of an audit trail. */
export interface Audit {
  /** The entries that match, oldest first. */
  readonly entries: readonly AuditEntry[]
  /** How many entries of any kind the trail no longer has, as there were more than `auditLimit`. */
  readonly lost: number
}

/**
 * Reads the audit trail of an HSM: every call, including those that failed, and every change that time made.
 *
 * Calls are listed in the order in which they ended; changes by time where they were applied, with the instant at which
 * they fell due. Everything due is applied first, except in a partial HSM. Reading adds no entry. A fork has the entries of
 * before the fork, then its own.
 *
 * @param filter - Which entries. Defaults to all.
 * @returns New objects, oldest first, and how many entries the trail has dropped.
 * @throws {@link HsmError} 400 `BadParameter` - a key that is no reference.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, readAudit, rotateKey, viewHsm } from 'pocket-hsm'
 *
 * const hsm = createHsm({ clock: () => 1_700_000_000_000 })
 * createKey(viewHsm(hsm, { caller: 'alice' }), 'orders', { kty: 'EC-HSM' })
 * rotateKey(hsm, 'orders')
 * const [entry] = readAudit(hsm, { caller: 'alice' }).entries
 * entry?.at // 1700000000000
 * entry?.operation // 'createKey'
 * readAudit(hsm, { key: 'orders' }).entries.length // 2
 * ```
 */
export function readAudit(hsm: Hsm, filter: AuditFilter = {}): Audit {
  const engine = engineOf(hsm)
  checkOptions('readAudit', filter, AUDIT_FILTER)
  const matches = matcherOf(engine, filter)
  // The trail of a partial HSM is read after its work, when nothing more may change.
  if (engine.state.elsewhere === undefined) passTime(hsm)
  const { trail } = engine
  const { after = 0 } = filter
  const kept = keptEntries(trail)
  return {
    entries: entriesOf(trail, trail.total - after).filter(matches),
    lost: trail.total - kept,
  }
}

function matcherOf(engine: ReferenceContext, filter: AuditFilter): (entry: AuditEntry) => boolean {
  const { operation, caller, outcome, byTime } = filter
  const { name, version } = filter.key ? parseKeyReference(engine, filter.key, 'getKey') : {}
  const operations = operation === undefined ? undefined : [operation].flat()
  return (entry) =>
    (name === undefined || (entry.key !== undefined && nameKey(entry.key) === nameKey(name))) &&
    (version === undefined || entry.version === version) &&
    (operations === undefined || operations.includes(entry.operation)) &&
    (caller === undefined || entry.caller === caller) &&
    (outcome === undefined || (entry.outcome === 'success') === (outcome === 'success')) &&
    (byTime === undefined || (entry.byTime ?? false) === byTime)
}

const { boolean, integer, listOf, oneOf, string } = OPTION_CHECKS
const operation = oneOf(HSM_OPERATIONS)
const operations = listOf(operation)

/** The members of an {@link AuditFilter}. */
const AUDIT_FILTER: OptionTable<AuditFilter> = optionTable<AuditFilter>({
  key: string,
  operation: (value, path, owner) =>
    (Array.isArray(value) ? operations : operation)(value, path, owner),
  caller: string,
  outcome: oneOf(['success', 'refused']),
  byTime: boolean,
  after: integer,
})
