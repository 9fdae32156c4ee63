/** The command that sets the rotation policy of a key. */

import type { KeyRecord } from '../record/key-record.ts'
import type { RotationPolicyContent } from '../record/rotation-policy.ts'
import { refusalOf } from '../rules/life-cycle.ts'
import { type Changed, type Refused, withoutRecovery } from './outcome.ts'

/**
 * Sets or replaces the rotation policy of a key.
 *
 * @param policy - The policy. Check it first with {@link checkRotationPolicy}.
 * @param now - The policy's `updated`, and for a first policy its `created`: Unix seconds. `updated` is never before
 *   `created`, even if the clock moved back.
 * @returns The record with the policy, or the table's refusal.
 *
 * @example
 * ```ts
 * import { setRotationPolicy } from '@pocket-hsm/lifecycle'
 *
 * setRotationPolicy(undefined, { lifetimeActions: [] }, 0) // { refused: 'keyNotFound' }
 * ```
 */
export function setRotationPolicy<Material>(
  record: KeyRecord<Material> | undefined,
  policy: RotationPolicyContent,
  now: number,
): Changed<Material> | Refused {
  const refused = refusalOf(record?.state, 'update')
  if (refused !== undefined || record === undefined) return { refused: refused ?? 'keyNotFound' }
  const created = record.rotationPolicy?.created ?? now
  const updated = Math.max(now, created)
  return { record: { ...withoutRecovery(record), rotationPolicy: { ...policy, created, updated } } }
}
