/** Get key rotation policy: GET /keys/{name}/rotationpolicy. */

import { readName } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import { findVersion } from '../keys/find-version.ts'
import type { StepContext } from '../keys/key-step.ts'
import { type RotationPolicy, rotationPolicyOf } from '../keys/rotation-policies.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

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
  return runOperation(hsm, 'getRotationPolicy', (call) => {
    const keyName = readName(call, name)
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
