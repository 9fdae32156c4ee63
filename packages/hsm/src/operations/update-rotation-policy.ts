/** Update key rotation policy: PUT /keys/{name}/rotationpolicy. */

import {
  checkRotationPolicy,
  currentVersion,
  type RotationPolicyContent,
  setRotationPolicy,
} from '@pocket-hsm/lifecycle'
import { readName } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import { ROTATION_POLICY_OPTIONS } from '../keys/key-options.ts'
import type { StepContext } from '../keys/key-step.ts'
import {
  parseRotationPolicy,
  type RotationPolicy,
  type RotationPolicyInput,
  RULE_OF_REFUSAL,
  rotationPolicyOf,
  withProfileActions,
} from '../keys/rotation-policies.ts'
import { checkOptions } from '../options/check-options.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/**
 * Sets the rotation policy of a key, in place of any before it.
 *
 * From then on the key rotates automatically when a Rotate action falls due on the HSM's clock, and rotated versions
 * expire after `expiryTime`. Versions that are there stay as they are. All or nothing.
 *
 * | rule | Managed HSM | vault |
 * | --- | --- | --- |
 * | least `expiryTime` | 28 days | 28 days |
 * | least time from creation to rotation | 28 days | 7 days |
 * | least time from rotation to expiry | – | 7 days |
 * | Notify | dropped; rejected if strict | kept; defaults to thirty days before expiry |
 *
 * @param name - The key's name or identifier; a version in it is not looked at.
 * @param policy - At most one Rotate and one Notify action; see {@link RotationPolicyInput}. For the rules a month
 *   counts 30 days and a year 365; dates follow the calendar.
 * @returns The policy as it is now.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key, or a deleted one.
 * @throws {@link HsmError} 400 `BadParameter` - a policy that breaks a rule, or is none, or an external key.
 * @see Key Vault REST API, Update Key Rotation Policy
 *
 * @example
 * ```ts
 * import { createHsm, createKey, listKeyVersions, updateRotationPolicy } from 'pocket-hsm'
 *
 * let now = Date.UTC(2030, 0, 1)
 * const hsm = createHsm({ clock: () => now })
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * updateRotationPolicy(hsm, 'orders', {
 *   lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
 *   attributes: { expiryTime: 'P90D' },
 * })
 * now += 65 * 86_400_000
 * listKeyVersions(hsm, 'orders').value.length // 3
 * ```
 */
export function updateRotationPolicy(
  hsm: Hsm,
  name: string,
  policy: RotationPolicyInput,
): RotationPolicy {
  return runOperation(hsm, 'updateRotationPolicy', (call) => {
    const keyName = readName(call, name)
    checkOptions('updateRotationPolicy', policy, ROTATION_POLICY_OPTIONS)
    return runStep(call, keyName, updateRotationPolicyStep, parseRotationPolicy(policy))
  })
}

function updateRotationPolicyStep(
  before: HsmKeyRecord | undefined,
  asked: RotationPolicyContent,
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: RotationPolicy } {
  const { profile, refuse, strict, now } = context
  if (before?.state === 'active' && currentVersion(before).material.external !== undefined) {
    throw refuse('externalKeyUnsupported', { operation: 'rotate' })
  }
  const refused = checkRotationPolicy(asked, profile.rotation)
  const rule = refused && RULE_OF_REFUSAL[refused]
  const outcome = setRotationPolicy(before, withProfileActions(asked, profile), now)
  if ('refused' in outcome) throw refuse(outcome.refused)
  if (refused !== undefined) throw refuse(refused, rule && { limit: profile.rotation[rule] })
  const hasNotify = asked.lifetimeActions.some(({ action }) => action.type === 'Notify')
  if (strict && hasNotify && !profile.notifies) throw refuse('notifyNotSupported')
  return { record: outcome.record, result: rotationPolicyOf(outcome.record, context) }
}
