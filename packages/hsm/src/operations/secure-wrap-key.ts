/** Secure wrap key: POST /keys/{name}/{version}/securewrapkey. */

import { type KnownLiteral, wrapKey as wrapBytes } from '@pocket-hsm/crypto'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { useKeyBy } from '../engine/use-key.ts'
import { badParameter } from '../hsm-error.ts'
import {
  findSecureWrapAlgorithm,
  type SecureWrapAlgorithmName,
} from '../keys/secure-wrap-algorithms.ts'
import { checkOptions, OPTION_CHECKS, optionTable } from '../options/check-options.ts'
import type { KeyOperationResult } from './decrypt.ts'

/** How to wrap the key that the HSM makes. */
export interface SecureWrapKeyParameters<Alg extends string = string> {
  /**
   * `RSA-OAEP-256`; `A128KW`, `A192KW`, `A256KW`, with padding `A128KWPAD`, `A192KWPAD`, `A256KWPAD`;
   * `CKM_AES_KEY_WRAP`, `CKM_AES_KEY_WRAP_PAD`.
   */
  readonly alg: KnownLiteral<SecureWrapAlgorithmName, Alg>
}

/** Bytes of the key that the HSM makes: AES-256. */
const KEY_LENGTH = 32

/**
 * Makes a key inside the HSM and returns it wrapped: the caller never sees the key.
 *
 * The key is an AES-256 key. It is not stored: {@link secureUnwrapKey} unwraps it for a target that is attested. The
 * previews of the API describe neither its size nor its form.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier: the key that wraps. Its `key_ops` need
 *   `secureWrapKey` or `wrapKey`.
 * @returns The wrapped key in `value`: as long as the modulus for RSA, 40 bytes for AES.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @throws {@link HsmError} 403 `Forbidden` (`KeyDisabled`, `KeyNotYetValid`, `KeyExpired`,
 *   `KeyOperationForbidden`) - the key may not wrap now.
 * @throws {@link HsmError} 400 `BadParameter` - an algorithm that the key cannot do, or a vault.
 * @see Key Vault REST API 2026-01-01-preview, Secure Wrap Key
 *
 * @example
 * ```ts
 * import { createHsm, createKey, secureWrapKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'kek', { kty: 'oct-HSM', keyOps: ['secureWrapKey', 'secureUnwrapKey'] })
 * secureWrapKey(hsm, 'kek', { alg: 'A256KW' }).value.length // 40
 * ```
 */
export function secureWrapKey<Alg extends string>(
  hsm: Hsm,
  key: string,
  parameters: SecureWrapKeyParameters<Alg>,
): KeyOperationResult
export function secureWrapKey(
  hsm: Hsm,
  key: string,
  parameters: SecureWrapKeyParameters,
): KeyOperationResult {
  return runOperation(hsm, 'secureWrapKey', (call) => {
    checkOptions('secureWrapKey', parameters, OPTIONS)
    if (!call.engine.profile.secureWrap) throw badParameter('A vault does not make wrapped keys.')
    const rows = { find: findSecureWrapAlgorithm, operation: 'wrapKey' } as const
    const { kid, alg, material, algorithm, context } = useKeyBy(rows, call, key, parameters.alg)
    const made = context.keyRandom(KEY_LENGTH)
    const value = wrapBytes(material, algorithm, made, context.random)
    return { kid, alg, value }
  })
}

const { string } = OPTION_CHECKS
const OPTIONS = optionTable<SecureWrapKeyParameters>({ alg: string })
