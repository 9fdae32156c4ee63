/** Rotation: when it is due, and the properties of the new version. */

import { currentVersion, type KeyRecord } from '../record/key-record.ts'
import { triggerOf } from '../record/rotation-policy.ts'
import { moveBy, parseDuration } from '../time/duration.ts'
import type { NewVersion } from './versions.ts'

/**
 * The instant at which a key rotates by its policy.
 *
 * Only the current version counts. A key never rotates before its policy was set, its current version was created or
 * last changed, or the key was recovered (if none of these changed since): a rotation that was due earlier happens
 * then.
 *
 * @returns Unix seconds, or `undefined` for a key that does not rotate: not active, without a Rotate action, or with a
 *   trigger before an expiry that the version does not have.
 *
 * @example
 * ```ts
 * import { type KeyRecord, rotationDueAt } from '@pocket-hsm/lifecycle'
 *
 * const record: KeyRecord<string> = {
 *   name: 'orders',
 *   state: 'active',
 *   versions: [
 *     {
 *       version: '0'.repeat(32),
 *       material: 'opaque',
 *       keyOps: [],
 *       attributes: { enabled: true, created: 0, updated: 0, exportable: false },
 *     },
 *   ],
 *   rotationPolicy: {
 *     lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
 *     created: 0,
 *     updated: 0,
 *   },
 * }
 * rotationDueAt(record) // 2592000
 * ```
 */
export function rotationDueAt(record: KeyRecord<unknown>): number | undefined {
  const { rotationPolicy, state } = record
  if (rotationPolicy === undefined || state !== 'active') return undefined
  const { created, updated, exp } = currentVersion(record).attributes
  const trigger = triggerOf(rotationPolicy, 'Rotate')
  const at =
    moveByText(created, trigger?.timeAfterCreate, 1) ??
    moveByText(exp, trigger?.timeBeforeExpiry, -1)
  if (at === undefined) return undefined
  return Math.max(at, updated, rotationPolicy.updated, record.recoveredAt ?? 0)
}

/**
 * The properties of the new version when a key rotates. It inherits operations, tags and release policy.
 *
 * @param at - The instant of the rotation, in Unix seconds. The policy's `expiryTime` counts from there.
 * @returns A new version without its identifier and material; enabled, without `nbf`.
 */
export function rotatedVersion<Material>(
  record: KeyRecord<Material>,
  at: number,
): Omit<NewVersion<Material>, 'version' | 'material'> {
  const { keyOps, tags, releasePolicy } = currentVersion(record)
  const exp = moveByText(at, record.rotationPolicy?.expiryTime, 1)
  return {
    name: record.name,
    keyOps,
    attributes: exp === undefined ? {} : { exp },
    ...(tags && { tags }),
    ...(releasePolicy && { releasePolicy }),
  }
}

/** Moves an instant by a duration in ISO 8601; `undefined` if one of them is. */
function moveByText(
  instant: number | undefined,
  text: string | undefined,
  direction: 1 | -1,
): number | undefined {
  const duration = text === undefined ? undefined : parseDuration(text)
  if (instant === undefined || duration === undefined) return undefined
  return moveBy(instant, duration, direction)
}
