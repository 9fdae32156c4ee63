/** Notices: events that are due at an instant and do not change the key, such as a near expiry. */

import { type Duration, moveBy, parseDuration } from '../time/duration.ts'
import { currentVersion, type KeyRecord, type NoticeType } from './key-record.ts'
import { triggerOf } from './rotation-policy.ts'

/** An event about the current version of a key. */
export interface Notice {
  readonly type: NoticeType
  /** When it is due: Unix seconds. */
  readonly at: number
}

/** How long before its expiry a version is near it, unless a rotation policy has a Notify action. */
const NEAR_EXPIRY: Duration = { years: 0, months: 0, days: 30 }

/**
 * The next notice about a key, due already or in the future.
 *
 * Only the current version counts, enabled or not. Each expiry gives each notice once. As with rotations, nothing is
 * due before the version was created or last changed, its policy was set or the key was recovered: a notice that was
 * due earlier is due then. If that is after the expiry, the version gives no `nearExpiry`, only `expired`.
 *
 * @returns `undefined` if there is none: the key is not active, has no expiry, or every notice was emitted.
 *
 * @example
 * ```ts
 * import { type KeyRecord, nextNotice, withNotice } from '@pocket-hsm/lifecycle'
 *
 * const day = 86_400
 * const attributes = { enabled: true, exp: 90 * day, created: 0, updated: 0, exportable: false }
 * const version = { version: '0'.repeat(32), material: 'opaque', keyOps: [], attributes }
 * const record: KeyRecord<string> = { name: 'orders', state: 'active', versions: [version] }
 * nextNotice(record) // { type: 'nearExpiry', at: 5184000 }
 * nextNotice(withNotice(record, 'nearExpiry')) // { type: 'expired', at: 7776000 }
 * nextNotice(withNotice(record, 'expired')) // undefined
 * ```
 */
export function nextNotice(record: KeyRecord<unknown>): Notice | undefined {
  if (record.state !== 'active') return undefined
  const { attributes, noticed } = currentVersion(record)
  const { exp, updated } = attributes
  if (exp === undefined) return undefined
  const emitted = noticed?.exp === exp ? noticed.type : undefined
  if (emitted === 'expired') return undefined
  const earliest = Math.max(updated, record.rotationPolicy?.updated ?? 0, record.recoveredAt ?? 0)
  const near = Math.max(moveBy(exp, leadTime(record), -1), earliest)
  if (emitted === undefined && near < exp) return { type: 'nearExpiry', at: near }
  return { type: 'expired', at: Math.max(exp, earliest) }
}

/**
 * Records that a notice about the current version was emitted: for the same expiry, neither it nor an earlier one is
 * emitted again.
 */
export function withNotice<Material>(
  record: KeyRecord<Material>,
  type: NoticeType,
): KeyRecord<Material> {
  const version = currentVersion(record)
  const { exp } = version.attributes
  if (exp === undefined) return record
  return { ...record, versions: record.versions.with(-1, { ...version, noticed: { type, exp } }) }
}

/** How long before the expiry the `nearExpiry` notice is due. */
function leadTime({ rotationPolicy }: KeyRecord<unknown>): Duration {
  const text = rotationPolicy && triggerOf(rotationPolicy, 'Notify')?.timeBeforeExpiry
  return (text === undefined ? undefined : parseDuration(text)) ?? NEAR_EXPIRY
}

/**
 * Checks whether a rotation or a notice may fall due while a key is deleted, so that it happens at the recovery.
 */
export function waitsForTime(
  record: Pick<KeyRecord<unknown>, 'rotationPolicy' | 'versions'>,
): boolean {
  return record.rotationPolicy !== undefined || record.versions.at(-1)?.attributes.exp !== undefined
}
