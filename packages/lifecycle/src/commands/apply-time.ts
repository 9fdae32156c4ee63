/** The passing of time, applied by whoever reads a record next. */

import type { KeyRecord } from '../record/key-record.ts'
import { type Notice, nextNotice, withNotice } from '../record/notices.ts'
import { LIFE_CYCLE } from '../rules/life-cycle.ts'
import { addVersion, type NewVersion } from './commands.ts'
import { rotationDueAt } from './rotation.ts'

/**
 * Makes the version that a rotation brings in at an instant (Unix seconds), or nothing where the key may have no
 * more versions: then it does not rotate by itself any more.
 */
export type MakeVersion<Material> = (
  record: KeyRecord<Material>,
  at: number,
) => NewVersion<Material> | undefined

/** Is told of a notice, with the record that it is about. */
export type Tell<Material> = (notice: Notice, record: KeyRecord<Material>) => void

/**
 * When time will next change a record by itself.
 *
 * @returns Unix seconds: the end of a slow state, of a deleted key's retention, or of a version's time before its
 *   rotation; `undefined` for a key that time leaves alone.
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
  return record.settlesAt ?? record.deletion?.scheduledPurgeDate ?? rotationDueAt(record)
}

/**
 * Brings a record to an instant: whatever has fallen due happens, in order, at the instant when it fell due.
 *
 * A clock that went back changes nothing.
 *
 * @param record - As it was stored; `undefined` stays `undefined`.
 * @param now - The instant, in Unix seconds.
 * @param makeVersion - Makes what a due rotation brings in; without it nothing rotates.
 * @param tell - Hears of each notice in its turn, with the record as it is then; without it none is given. What falls
 *   due together with a rotation is told before it.
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
  makeVersion: MakeVersion<Material> = () => undefined,
  tell?: Tell<Material>,
): KeyRecord<Material> | undefined {
  let current = record
  let isFull = false
  while (current !== undefined) {
    const due: number = isFull
      ? Number.POSITIVE_INFINITY
      : (dueAt(current) ?? Number.POSITIVE_INFINITY)
    const notice = tell && nextNotice(current)
    if (notice !== undefined && notice.at <= Math.min(now, due)) {
      tell?.(notice, current)
      current = withNotice(current, notice.type)
    } else {
      if (now < due) return current
      const next: KeyRecord<Material> | undefined =
        current.state === 'active' ? rotated(current, due, makeVersion) : afterDue(current)
      isFull = next === current
      current = next
    }
  }
  return undefined
}

/** The record with its next version in it, or as it was where there can be none. */
function rotated<Material>(
  record: KeyRecord<Material>,
  at: number,
  makeVersion: MakeVersion<Material>,
): KeyRecord<Material> {
  const version = makeVersion(record, at)
  const outcome = version && addVersion(record, 'rotate', version, at)
  return outcome !== undefined && 'record' in outcome ? outcome.record : record
}

function afterDue<Material>(record: KeyRecord<Material>): KeyRecord<Material> | undefined {
  const outcome = LIFE_CYCLE.passTime[record.state]
  if ('refused' in outcome || outcome.next === 'absent') return undefined
  const { settlesAt, ...settled } = record
  return { ...settled, state: outcome.next }
}
