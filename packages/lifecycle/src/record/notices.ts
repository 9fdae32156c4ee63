/** Notices: what falls due about a key without changing it, so that somebody may be told. */

import { type Duration, moveBy, parseDuration } from '../time/duration.ts'
import { currentVersion, type KeyRecord, type NoticeType } from './key-record.ts'
import { triggerOf } from './rotation-policy.ts'

/** Something to tell about the current version of a key. */
export interface Notice {
  readonly type: NoticeType
  /** When it falls due: Unix seconds. */
  readonly at: number
}

/** How long before its expiry a version is near it, where no rotation policy says otherwise. */
const NEAR_EXPIRY: Duration = { years: 0, months: 0, days: 30 }

/**
 * What is next to tell of a key, whether it has fallen due yet or not.
 *
 * Looks at the current version alone, enabled or not, and at each expiry that it is given once. As with rotations,
 * nothing falls due before the version was made or last changed, the policy set or the key recovered: what should have
 * been told earlier is told then. A version that is near its expiry only once it has passed is told of as expired alone.
 *
 * @returns `undefined` for a key of which there is nothing to tell: not active, without an expiry, or told of.
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
  const given = noticed?.exp === exp ? noticed.type : undefined
  if (given === 'expired') return undefined
  const known = Math.max(updated, record.rotationPolicy?.updated ?? 0, record.recoveredAt ?? 0)
  const near = Math.max(moveBy(exp, leadOf(record), -1), known)
  if (given === undefined && near < exp) return { type: 'nearExpiry', at: near }
  return { type: 'expired', at: Math.max(exp, known) }
}

/**
 * The record once a notice about its current version was given: that one and what comes before it are not given again
 * for the same expiry.
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

function leadOf({ rotationPolicy }: KeyRecord<unknown>): Duration {
  const told = rotationPolicy && triggerOf(rotationPolicy, 'Notify')?.timeBeforeExpiry
  return (told === undefined ? undefined : parseDuration(told)) ?? NEAR_EXPIRY
}

/**
 * Whether something may have fallen due while a key was away, that now happens when it is back: a rotation, or what is
 * to tell of its expiry.
 */
export function waitsForTime(
  record: Pick<KeyRecord<unknown>, 'rotationPolicy' | 'versions'>,
): boolean {
  return record.rotationPolicy !== undefined || record.versions.at(-1)?.attributes.exp !== undefined
}
