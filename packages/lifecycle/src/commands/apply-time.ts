/** The passing of time: changes that have fallen due, applied to a record the next time it is read. */

import type { KeyRecord } from '../record/key-record.ts'
import { type Notice, nextNotice, withNotice } from '../record/notices.ts'
import { LIFE_CYCLE } from '../rules/life-cycle.ts'
import { rotationDueAt } from './rotation.ts'
import { addVersion, type NewVersion } from './versions.ts'

/**
 * Creates the new version of a rotation at an instant (Unix seconds), or returns `undefined` if the key may have no
 * more versions: then it no longer rotates automatically.
 */
export type MakeVersion<Material> = (
  record: KeyRecord<Material>,
  at: number,
) => NewVersion<Material> | undefined

/** Receives a notice and the record that it is about. */
export type Tell<Material> = (notice: Notice, record: KeyRecord<Material>) => void

/**
 * The next instant at which time changes a record.
 *
 * @returns Unix seconds: the end of a transition, the end of a deleted key's retention, or the next rotation;
 *   `undefined` if time does not change the key.
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
 * Applies every change that has fallen due by an instant, in order, each dated at the instant when it was due.
 *
 * A clock that moves backwards changes nothing.
 *
 * @param record - The stored record; `undefined` stays `undefined`.
 * @param now - The instant, in Unix seconds.
 * @param makeVersion - Creates the new version of a due rotation. By default nothing rotates.
 * @param onNotice - Receives each notice, with the record at that instant. By default no notice is emitted or
 *   recorded. A notice that is due at the same instant as a rotation comes before it.
 * @returns The record at that instant, the same value if nothing was due; `undefined` once it is purged.
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
  onNotice?: Tell<Material>,
): KeyRecord<Material> | undefined {
  let current = record
  let isFull = false
  while (current !== undefined) {
    const due: number = isFull
      ? Number.POSITIVE_INFINITY
      : (dueAt(current) ?? Number.POSITIVE_INFINITY)
    const notice = onNotice && nextNotice(current)
    if (notice !== undefined && notice.at <= Math.min(now, due)) {
      onNotice?.(notice, current)
      current = withNotice(current, notice.type)
    } else {
      if (now < due) return current
      const next: KeyRecord<Material> | undefined =
        current.state === 'active' ? rotateKey(current, due, makeVersion) : endState(current)
      isFull = next === current
      current = next
    }
  }
  return undefined
}

/** The record with its next version, or the same record if it cannot have one. */
function rotateKey<Material>(
  record: KeyRecord<Material>,
  at: number,
  makeVersion: MakeVersion<Material>,
): KeyRecord<Material> {
  const version = makeVersion(record, at)
  const outcome = version && addVersion(record, 'rotate', version, at)
  return outcome !== undefined && 'record' in outcome ? outcome.record : record
}

/** The record after the end of its state: of a transition, or of a deleted key's retention. */
function endState<Material>(record: KeyRecord<Material>): KeyRecord<Material> | undefined {
  const outcome = LIFE_CYCLE.passTime[record.state]
  if ('refused' in outcome || outcome.next === 'absent') return undefined
  const { settlesAt, ...rest } = record
  return { ...rest, state: outcome.next }
}
