/** Decrypt: POST /keys/{name}/{version}/decrypt. */

import {
  type AlgorithmNameFor,
  decrypt as decryptBytes,
  type KnownLiteral,
} from '@pocket-hsm/crypto'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { type UsedKey, useKey } from '../engine/use-key.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'

/** What to decrypt, and how. */
export interface DecryptParameters<Alg extends string = string> {
  /** Ignored: so that a result that has one can be given as it is. */
  readonly kid?: string | undefined
  /** The algorithm that encrypted. */
  readonly alg: KnownLiteral<AlgorithmNameFor<'decrypt'>, Alg>
  /** The ciphertext. */
  readonly value: Uint8Array
  /** GCM and CBC: the IV that encrypt returned. */
  readonly iv?: Uint8Array | undefined
  /** GCM: the tag that encrypt returned, 16 bytes. */
  readonly tag?: Uint8Array | undefined
  /** GCM: what was authenticated. */
  readonly aad?: Uint8Array | undefined
}

/** Bytes with the version and algorithm that made them. */
export interface KeyOperationResult extends UsedKey {
  readonly value: Uint8Array
}

/**
 * Decrypts with a key, also with one that has expired or is not yet valid.
 *
 * Every failed padding or tag gives the same error, so that nothing can be learned by trying.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier.
 * @returns The plaintext; with `A*CBC` the zeros of the last block are still there.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @throws {@link HsmError} 403 `Forbidden` (`KeyDisabled`, `KeyOperationForbidden`) - the key may not decrypt.
 * @throws {@link HsmError} 400 `BadParameter` - an algorithm that the key cannot do, a length that the
 *   algorithm cannot take, or a ciphertext that does not decrypt.
 * @see Key Vault REST API, Decrypt; RFC 8017 section 7; NIST SP 800-38A, SP 800-38D
 *
 * @example
 * ```ts
 * import { createHsm, createKey, decrypt, encrypt } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'letters', { kty: 'RSA-HSM' })
 * const { kid, value } = encrypt(hsm, 'letters', { alg: 'RSA-OAEP-256', value: new Uint8Array([1, 2]) })
 * decrypt(hsm, kid, { alg: 'RSA-OAEP-256', value }).value // new Uint8Array([1, 2])
 * ```
 */
export function decrypt<Alg extends string>(
  hsm: Hsm,
  key: string,
  parameters: DecryptParameters<Alg>,
): KeyOperationResult
export function decrypt(hsm: Hsm, key: string, parameters: DecryptParameters): KeyOperationResult {
  return runOperation(hsm, 'decrypt', (call) => {
    checkOptions('decrypt', parameters, OPTIONS)
    const { kid, alg, material, algorithm } = useKey(call, key, parameters.alg)
    const value = requireOption('decrypt', 'value', parameters.value)
    // The service ignores what an algorithm has no use for.
    const isGcm = 'tagLength' in algorithm
    const iv = 'ivLength' in algorithm ? parameters.iv : undefined
    const tag = isGcm ? parameters.tag : undefined
    const aad = isGcm ? parameters.aad : undefined
    const rest = { ...(iv && { iv }), ...(tag && { tag }), ...(aad && { aad }) }
    return { kid, alg, value: decryptBytes(material, algorithm, value, rest) }
  })
}

const { bytes, string } = OPTION_CHECKS
const OPTIONS = optionTable<DecryptParameters>({
  kid: string,
  alg: string,
  value: bytes,
  iv: bytes,
  tag: bytes,
  aad: bytes,
})
