/** Encrypt: POST /keys/{name}/{version}/encrypt. */

import {
  type AlgorithmNameFor,
  encrypt as encryptBytes,
  type KnownLiteral,
} from '@pocket-hsm/crypto'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { type UsedKey, useKey } from '../engine/use-key.ts'
import { badParameter } from '../hsm-error.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'

/** What to encrypt, and how. */
export interface EncryptParameters<Alg extends string = string> {
  /** `RSA1_5`, `RSA-OAEP`, `RSA-OAEP-256`; `A128GCM` to `A256GCM`, `A128CBC` to `A256CBC`, `A128CBCPAD` to `A256CBCPAD`. */
  readonly alg: KnownLiteral<AlgorithmNameFor<'encrypt'>, Alg>
  /** The plaintext. RSA takes at most the modulus length less 11, 42 or 66 bytes. */
  readonly value: Uint8Array
  /** CBC only: 16 bytes. Defaults to a random one. For GCM the HSM always makes its own, and rejects yours if it is strict. */
  readonly iv?: Uint8Array | undefined
  /** GCM only: authenticated with the ciphertext, not encrypted. */
  readonly aad?: Uint8Array | undefined
}

/** The ciphertext and what decrypting it takes. */
export interface EncryptResult extends UsedKey {
  /** The ciphertext: the modulus length for RSA, the plaintext's for GCM, a multiple of 16 bytes for CBC. */
  readonly value: Uint8Array
  /** GCM 12 bytes, CBC 16. */
  readonly iv?: Uint8Array
  /** GCM: 16 bytes. */
  readonly tag?: Uint8Array
  /** GCM: what was given. */
  readonly aad?: Uint8Array
}

/**
 * Encrypts with a key.
 *
 * `A*CBC` fills the last block with zeros and decrypt leaves them there, as the service does; use
 * `A*CBCPAD` or GCM for plaintexts of any length. Inputs are not kept or changed.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @throws {@link HsmError} 403 `Forbidden` (`KeyDisabled`, `KeyNotYetValid`, `KeyExpired`,
 *   `KeyOperationForbidden`) - the key may not encrypt now.
 * @throws {@link HsmError} 400 `BadParameter` - an algorithm that the key cannot do, or a length that the
 *   algorithm cannot take.
 * @see Key Vault REST API, Encrypt; RFC 8017 section 7; NIST SP 800-38A, SP 800-38D
 *
 * @example
 * ```ts
 * import { createHsm, createKey, decrypt, encrypt } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'content', { kty: 'oct-HSM' })
 * const { value, iv, tag } = encrypt(hsm, 'content', { alg: 'A256GCM', value: new Uint8Array(5) })
 * decrypt(hsm, 'content', { alg: 'A256GCM', value, iv, tag }).value // new Uint8Array(5)
 * ```
 */
export function encrypt<Alg extends string>(
  hsm: Hsm,
  key: string,
  parameters: EncryptParameters<Alg>,
): EncryptResult
export function encrypt(hsm: Hsm, key: string, parameters: EncryptParameters): EncryptResult {
  return runOperation(hsm, 'encrypt', (call) => {
    checkOptions('encrypt', parameters, OPTIONS)
    const { kid, alg, material, algorithm, random, strict } = useKey(call, key, parameters.alg)
    // The service ignores what an algorithm has no use for, and an IV for GCM: a nonce that a caller chooses could repeat.
    const isGcm = 'tagLength' in algorithm
    if (isGcm && strict && parameters.iv) {
      throw badParameter(`The property iv must be absent: ${alg} makes its own.`)
    }
    const givenIv = 'ivLength' in algorithm && !isGcm ? parameters.iv : undefined
    const aad = isGcm ? parameters.aad : undefined
    const plaintext = requireOption('encrypt', 'value', parameters.value)
    const rest = { ...(givenIv && { iv: givenIv }), ...(aad && { aad }) }
    const { ciphertext, iv, tag } = encryptBytes(material, algorithm, plaintext, rest, random)
    return {
      kid,
      alg,
      value: ciphertext,
      ...(iv && { iv }),
      ...(tag && { tag }),
      ...(aad && { aad: Uint8Array.from(aad) }),
    }
  })
}

const { bytes, string } = OPTION_CHECKS
const OPTIONS = optionTable<EncryptParameters>({ alg: string, value: bytes, iv: bytes, aad: bytes })
