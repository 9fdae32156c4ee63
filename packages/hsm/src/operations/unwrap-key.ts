/** Unwrap key: POST /keys/{name}/{version}/unwrapkey. */

import {
  type AlgorithmNameFor,
  findAlgorithm,
  type KnownLiteral,
  unwrapKey as unwrapBytes,
} from '@pocket-hsm/crypto'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { useExternalKey } from '../engine/use-external-key.ts'
import { findUsableKey, useHeldKey } from '../engine/use-key.ts'
import type { ExternalKeyAlgorithm } from '../external-keys/external-key-manager.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'
import type { KeyOperationResult } from './decrypt.ts'

/** What to unwrap, and how. */
export interface UnwrapKeyParameters<Alg extends string = string> {
  /** Ignored: so that a result that has one can be given as it is. */
  readonly kid?: string | undefined
  /** The algorithm that wrapped. */
  readonly alg: KnownLiteral<AlgorithmNameFor<'unwrapKey'> | ExternalKeyAlgorithm, Alg>
  /** The wrapped key. */
  readonly value: Uint8Array
}

/**
 * Unwraps a key with a key, also with one that has expired or is not yet valid.
 *
 * A wrong key, a changed byte and a wrong padding give the same error.
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
export function unwrapKey<Alg extends string>(
  hsm: Hsm,
  key: string,
  parameters: UnwrapKeyParameters<Alg>,
): KeyOperationResult
export function unwrapKey(
  hsm: Hsm,
  key: string,
  parameters: UnwrapKeyParameters,
): KeyOperationResult {
  return runOperation(hsm, 'unwrapKey', (call) => {
    checkOptions('unwrapKey', parameters, OPTIONS)
    const usable = findUsableKey(call, key, parameters.alg)
    const { material: stored } = usable.version
    if (stored.external !== undefined) return useExternalKey(call, usable, stored, parameters)
    const rows = { find: findAlgorithm, operation: call.operation }
    const { kid, alg, material, algorithm } = useHeldKey(rows, call, usable, parameters.alg)
    const value = requireOption('unwrapKey', 'value', parameters.value)
    return { kid, alg, value: unwrapBytes(material, algorithm, value) }
  })
}

const { bytes, string } = OPTION_CHECKS
const OPTIONS = optionTable<UnwrapKeyParameters>({ kid: string, alg: string, value: bytes })
