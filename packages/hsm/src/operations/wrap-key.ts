/** Wrap key: POST /keys/{name}/{version}/wrapkey. */

import {
  type AlgorithmNameFor,
  findAlgorithm,
  type KnownLiteral,
  wrapKey as wrapBytes,
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

/** What to wrap, and how. */
export interface WrapKeyParameters<Alg extends string = string> {
  /** `RSA1_5`, `RSA-OAEP`, `RSA-OAEP-256`; `A128KW` to `A256KW`, `CKM_AES_KEY_WRAP`, `CKM_AES_KEY_WRAP_PAD`; of an external key `RSA-OAEP`, `RSA-OAEP-256`, `A256KW`, `A256KWP`. */
  readonly alg: KnownLiteral<AlgorithmNameFor<'wrapKey'> | ExternalKeyAlgorithm, Alg>
  /** The key to wrap: for `A*KW` a multiple of 8 bytes from 16, for `CKM_AES_KEY_WRAP_PAD` any length from 1. */
  readonly value: Uint8Array
}

/**
 * Wraps a key with a key. The same computation as encrypt where both take the algorithm, but another
 * permission.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier.
 * @returns The wrapped key in `value`: as long as the modulus for RSA, 8 bytes longer than the key for
 *   `A*KW`, the key's length rounded up to 8 and 8 more for `CKM_AES_KEY_WRAP_PAD`.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @throws {@link HsmError} 403 `Forbidden` (`KeyDisabled`, `KeyNotYetValid`, `KeyExpired`,
 *   `KeyOperationForbidden`) - the key may not wrap now.
 * @throws {@link HsmError} 400 `BadParameter` - an algorithm that the key cannot do, or a length that the
 *   algorithm cannot take.
 * @see Key Vault REST API, Wrap Key; RFC 3394; RFC 5649; RFC 8017 section 7
 *
 * @example
 * ```ts
 * import { createHsm, createKey, wrapKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'kek', { kty: 'oct-HSM', keyOps: ['wrapKey', 'unwrapKey'] })
 * wrapKey(hsm, 'kek', { alg: 'A256KW', value: new Uint8Array(32) }).value.length // 40
 * ```
 */
export function wrapKey<Alg extends string>(
  hsm: Hsm,
  key: string,
  parameters: WrapKeyParameters<Alg>,
): KeyOperationResult
export function wrapKey(hsm: Hsm, key: string, parameters: WrapKeyParameters): KeyOperationResult {
  return runOperation(hsm, 'wrapKey', (call) => {
    checkOptions('wrapKey', parameters, OPTIONS)
    const usable = findUsableKey(call, key, parameters.alg)
    const { material: stored } = usable.version
    if (stored.external !== undefined) return useExternalKey(call, usable, stored, parameters)
    const rows = { find: findAlgorithm, operation: call.operation }
    const { kid, alg, material, algorithm, random } = useHeldKey(rows, call, usable, parameters.alg)
    const value = requireOption('wrapKey', 'value', parameters.value)
    return { kid, alg, value: wrapBytes(material, algorithm, value, random) }
  })
}

const { bytes, string } = OPTION_CHECKS
const OPTIONS = optionTable<WrapKeyParameters>({ alg: string, value: bytes })
