/** Get key: GET /keys/{name}[/{version}]. */

import { readReference } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import { type KeyBundle, keyBundle } from '../keys/bundles.ts'
import { findVersion } from '../keys/find-version.ts'
import type { KeyReference } from '../keys/key-reference.ts'
import type { StepContext } from '../keys/key-step.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/**
 * Reads the public part of a key, also of one that is disabled or outside its window.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier.
 * @throws {@link HsmError} 400 `BadParameter` - not a key's name.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @see Key Vault REST API, Get Key
 *
 * @example
 * ```ts
 * import { createHsm, createKey, getKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const { key } = createKey(hsm, 'orders', { kty: 'RSA-HSM' })
 * getKey(hsm, 'orders').key.kid === key.kid // true
 * getKey(hsm, key.kid).key.e // 'AQAB'
 * ```
 */
export function getKey(hsm: Hsm, key: string): KeyBundle {
  return runOperation(hsm, 'getKey', (call) => {
    const reference = readReference(call, key)
    return runStep(call, reference.name, getKeyStep, reference)
  })
}

function getKeyStep(
  record: HsmKeyRecord | undefined,
  reference: KeyReference,
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: KeyBundle } {
  const found = findVersion(record, reference, 'get', context)
  return { record: found.record, result: keyBundle(found.record, context, found.version) }
}
