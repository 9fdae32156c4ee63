/** Get key rotation policy: GET /keys/{name}/rotationpolicy. */

import { answer } from '../answer.ts'
import { nameOf } from '../call.ts'
import { findVersion } from '../find-version.ts'
import type { Hsm } from '../hsm.ts'
import type { HsmKeyRecord } from '../hsm-state.ts'
import type { StepContext } from '../key-step.ts'
import { type RotationPolicy, rotationPolicyOf } from '../rotation-policies.ts'
import { runStep } from '../run-step.ts'

/**
 * Reads the rotation policy of a key.
 *
 * @param name - The key's name or identifier; a version in it is not looked at.
 * @returns The policy; for a key without one no actions on a Managed HSM, and in a vault a Notify action thirty
 *   days before expiry.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key, or a deleted one.
 * @see Key Vault REST API, Get Key Rotation Policy
 *
 * @example
 * ```ts
 * import { createHsm, createKey, getRotationPolicy } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * getRotationPolicy(hsm, 'orders').lifetimeActions // []
 * ```
 */
export function getRotationPolicy(hsm: Hsm, name: string): RotationPolicy {
  return answer(hsm, 'getRotationPolicy', (call) => {
    const keyName = nameOf(call, name)
    return runStep(call, keyName, getRotationPolicyStep, keyName)
  })
}

function getRotationPolicyStep(
  before: HsmKeyRecord | undefined,
  name: string,
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: RotationPolicy } {
  const { record } = findVersion(before, { name }, 'get', context)
  return { record, result: rotationPolicyOf(record, context) }
}
