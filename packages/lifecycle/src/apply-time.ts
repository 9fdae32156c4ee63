/** The passing of time, applied by whoever reads a record next. */

import type { KeyRecord, StoredState } from './key-record.ts'
import { LIFE_CYCLE } from './life-cycle.ts'

/**
 * When time will next change a record by itself.
 *
 * @returns Unix seconds: the end of a slow state, or of a deleted key's retention; `undefined`
 *   for a key that time leaves alone.
 *
 * @example
 * ```ts
 * import { dueAt, type KeyRecord } from '@pocket-hsm/lifecycle'
 *
 * const deleted: KeyRecord<string> = {
 *   name: 'orders',
 *   state: 'deleted',
 *   versions: [],
 *   deletion: { deletedDate: 0, scheduledPurgeDate: 604_800 },
 * }
 * dueAt(deleted) // 604800
 * ```
 */
export function dueAt(record: KeyRecord<unknown>): number | undefined {
  return record.settlesAt ?? record.deletion?.scheduledPurgeDate
}

/**
 * Brings a record to an instant: whatever has fallen due happens, in order.
 *
 * A clock that went back changes nothing.
 *
 * @param record - As it was stored; `undefined` stays `undefined`.
 * @param now - The instant, in Unix seconds.
 * @returns The record at that instant, the same value where nothing fell due; `undefined` once purged.
 *
 * @example
 * ```ts
 * import { applyTime, type KeyRecord } from '@pocket-hsm/lifecycle'
 *
 * const deleted: KeyRecord<string> = {
 *   name: 'orders',
 *   state: 'deleted',
 *   versions: [],
 *   deletion: { deletedDate: 0, scheduledPurgeDate: 604_800 },
 * }
 * applyTime(deleted, 604_799) === deleted // true
 * applyTime(deleted, 604_800) // undefined
 * ```
 */
export function applyTime<Material>(
  record: KeyRecord<Material> | undefined,
  now: number,
): KeyRecord<Material> | undefined {
  let current = record
  while (current !== undefined && now >= (dueAt(current) ?? Number.POSITIVE_INFINITY)) {
    current = afterDue(current)
  }
  return current
}

function afterDue<Material>(record: KeyRecord<Material>): KeyRecord<Material> | undefined {
  const outcome = LIFE_CYCLE.passTime[record.state]
  if ('refused' in outcome || outcome.next === 'absent') return undefined
  return settled(record, outcome.next)
}

/** The record once it has arrived in a state: no longer slow, and deleted only where it is so. */
function settled<Material>(record: KeyRecord<Material>, state: StoredState): KeyRecord<Material> {
  const { settlesAt, deletion, ...rest } = record
  return { ...rest, state, ...(state === 'deleted' && deletion ? { deletion } : {}) }
}
