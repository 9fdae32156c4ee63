/** Unwrap key: POST /keys/{name}/{version}/unwrapkey. */

import { unwrapKey as unwrapOctets } from '@pocket-hsm/crypto'
import { answer } from '../answer.ts'
import { keyIdentifier } from '../bundles.ts'
import type { Hsm } from '../hsm.ts'
import type { HsmKeyRecord } from '../hsm-state.ts'
import { type KeyReference, parseKeyReference } from '../key-reference.ts'
import { runStep, type StepContext } from '../run-step.ts'
import { parseOctets, useVersion } from '../use-version.ts'
import type { KeyOperationResult } from './decrypt.ts'

/** What to unwrap, and how. */
export interface UnwrapKeyParameters {
  /** The algorithm that wrapped. */
  readonly alg: string
  /** The wrapped key. */
  readonly value: Uint8Array
}

/**
 * Unwraps a key with a key, also with one that has expired or is not yet valid.
 *
 * A wrong key, a changed octet and a wrong padding have the same answer.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier.
 * @returns The unwrapped key in `value`.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @throws {@link HsmError} 403 `Forbidden` (`KeyDisabled`, `KeyOperationForbidden`) - the key may not unwrap.
 * @throws {@link HsmError} 400 `BadParameter` - an algorithm that the key cannot do, a length that the
 *   algorithm cannot take, or a wrapped key that does not unwrap.
 * @see Key Vault REST API, Unwrap Key; RFC 3394; RFC 5649; RFC 8017 section 7
 *
 * @example
 * ```ts
 * import { createHsm, createKey, unwrapKey, wrapKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'kek', { kty: 'RSA-HSM', keyOps: ['wrapKey', 'unwrapKey'] })
 * const { value } = wrapKey(hsm, 'kek', { alg: 'RSA-OAEP-256', value: new Uint8Array([1, 2, 3]) })
 * unwrapKey(hsm, 'kek', { alg: 'RSA-OAEP-256', value }).value // new Uint8Array([1, 2, 3])
 * ```
 */
export function unwrapKey(
  hsm: Hsm,
  key: string,
  parameters: UnwrapKeyParameters,
): KeyOperationResult {
  return answer(hsm, (engine) => {
    const reference = parseKeyReference(engine.baseUrl, key)
    return runStep(engine, reference.name, unwrapKeyStep, {
      reference,
      parameters: { ...parameters },
    })
  })
}

function unwrapKeyStep(
  before: HsmKeyRecord | undefined,
  input: { readonly reference: KeyReference; readonly parameters: UnwrapKeyParameters },
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: KeyOperationResult } {
  const { reference, parameters } = input
  const { record, version, algorithm } = useVersion(
    before,
    reference,
    'unwrapKey',
    parameters.alg,
    context,
  )
  const wrapped = parseOctets('value', parameters.value)
  const value = unwrapOctets(version.material.key, algorithm, wrapped)
  const kid = keyIdentifier(record, context, version)
  return { record, result: { kid, alg: algorithm.alg, value } }
}
