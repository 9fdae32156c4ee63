/** Rotate key: POST /keys/{name}/rotate. */

import { currentVersion, rotatedVersion } from '@pocket-hsm/lifecycle'
import { type Call, readName } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { newMaterial } from '../engine/new-material.ts'
import { runOperation } from '../engine/run-operation.ts'
import { readRecord, runStep } from '../engine/run-step.ts'
import type { KeyBundle } from '../keys/bundles.ts'
import type { StepContext } from '../keys/key-step.ts'
import { checkMayAddVersion, newVersionStep } from '../keys/new-version.ts'
import { type PlannedKey, specOf } from '../keys/planned-version.ts'
import type { HsmKeyRecord, StoredKey } from '../state/hsm-state.ts'

/**
 * Makes a new version of a key now: the same type, size or curve, operations and tags, new material.
 *
 * The older versions stay usable and keep their state. The new one is enabled, without `nbf`; it expires where
 * the key's rotation policy has an `expiryTime`. All or nothing.
 *
 * @param name - The key's name or identifier; a version in it is not looked at.
 * @returns The bundle of the new version.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key, or a deleted one.
 * @throws {@link HsmError} 403 `Forbidden` - the limit of versions has been reached.
 * @throws {@link HsmError} 400 `BadParameter` - a strict Managed HSM, and a key without a rotation policy.
 * @see Key Vault REST API, Rotate Key
 *
 * @example
 * ```ts
 * import { createHsm, createKey, listKeyVersions, rotateKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const before = createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const after = rotateKey(hsm, 'orders')
 * after.key.x === before.key.x // false
 * listKeyVersions(hsm, 'orders').value.length // 2
 * ```
 */
export function rotateKey(hsm: Hsm, name: string): KeyBundle {
  return runOperation(hsm, 'rotateKey', (call) => {
    const { place, kty, spec } = planRotateKey(call, name)
    return runStep(call, place.name, rotateKeyStep, newMaterial(call.engine, place, kty, spec))
  })
}

/** What the call will make, and where; throws what would refuse it. */
export function planRotateKey(call: Call, name: string): PlannedKey {
  const { engine } = call
  const { record, context } = readRecord(call, readName(call, name))
  checkMayAddVersion(record, 'rotate', context)
  if (record === undefined) throw context.refuse('keyNotFound')
  if (engine.strict && engine.profile.rotationNeedsPolicy && !record.rotationPolicy) {
    throw context.refuse('rotationPolicyMissing')
  }
  const { kty, key } = currentVersion(record).material
  if (key === undefined) throw context.refuse('externalKeyUnsupported', { operation: 'rotate' })
  const { incarnation } = context
  const place = { name: record.name, incarnation, ordinal: record.versions.length }
  return { place, kty, spec: specOf(key) }
}

function rotateKeyStep(
  record: HsmKeyRecord | undefined,
  material: StoredKey,
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: KeyBundle } {
  if (record === undefined) throw context.refuse('keyNotFound')
  const version = rotatedVersion(record, context.now)
  return newVersionStep(record, { command: 'rotate', material, ...version }, context)
}
