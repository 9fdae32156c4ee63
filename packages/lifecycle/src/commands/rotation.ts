/** Rotation: when it falls due, and what it makes. */

import { currentVersion, type KeyRecord } from '../record/key-record.ts'
import { triggerOf } from '../record/rotation-policy.ts'
import { moveBy, parseDuration } from '../time/duration.ts'
import type { NewVersion } from './commands.ts'

/**
 * When a key will rotate by its policy.
 *
 * Looks at the current version alone. Nothing rotates before its policy was set, the version was made or given its
 * expiry, or the key was recovered: what should have happened earlier happens then.
 *
 * @returns Unix seconds, or `undefined` for a key that does not rotate by itself: not active, without a Rotate
 *   action, or with a trigger before an expiry that the version does not have.
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
    moved(created, trigger?.timeAfterCreate, 1) ?? moved(exp, trigger?.timeBeforeExpiry, -1)
  if (at === undefined) return undefined
  return Math.max(at, updated, rotationPolicy.updated, record.recoveredAt ?? 0)
}

/**
 * What a key's next version takes over when it rotates: operations, tags and release policy, never the material.
 *
 * @param at - When it is made, in Unix seconds: an `expiryTime` counts from there.
 * @returns All of a new version but its identifier and material; enabled, without `nbf`.
 */
export function rotatedVersion<Material>(
  record: KeyRecord<Material>,
  at: number,
): Omit<NewVersion<Material>, 'version' | 'material'> {
  const { keyOps, tags, releasePolicy } = currentVersion(record)
  const exp = moved(at, record.rotationPolicy?.expiryTime, 1)
  return {
    name: record.name,
    keyOps,
    attributes: exp === undefined ? {} : { exp },
    ...(tags && { tags }),
    ...(releasePolicy && { releasePolicy }),
  }
}

function moved(
  instant: number | undefined,
  by: string | undefined,
  direction: 1 | -1,
): number | undefined {
  const duration = by === undefined ? undefined : parseDuration(by)
  if (instant === undefined || duration === undefined) return undefined
  return moveBy(instant, duration, direction)
}
