/** AES-GCM: NIST SP 800-38D. */

import { requireBytes } from '../checks/arguments.ts'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { requireAesKey } from './aes-key.ts'
import type { GcmInput } from './engine/aes-engine.ts'
import { aesEngine } from './engine/current-engine.ts'

/** The parameters of AES-GCM. */
export interface GcmParameters {
  /** 1 byte or more, never used twice with the same key; 12 bytes are recommended. */
  readonly iv: Uint8Array
  /** Authenticated and not encrypted, any number of bytes; defaults to none. */
  readonly aad?: Uint8Array
}

/**
 * Encrypts with AES-GCM.
 *
 * @param key - 16, 24 or 32 bytes.
 * @param plaintext - Any number of bytes.
 * @param parameters - IV and AAD; `tagLength` is 12 to 16 bytes, 16 by default.
 * @returns Fresh arrays: `ciphertext` as long as the plaintext, and `tag`.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a length outside these ranges.
 * @see NIST SP 800-38D section 7.1
 *
 * @example
 * ```ts
 * import { aesGcmDecrypt, aesGcmEncrypt, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const key = new Uint8Array(32)
 * const iv = new Uint8Array(12)
 * const { ciphertext, tag } = aesGcmEncrypt(key, utf8ToBytes('order 1'), { iv })
 * aesGcmDecrypt(key, ciphertext, { iv, tag }).length // 7
 * ```
 */
export function aesGcmEncrypt(
  key: Uint8Array,
  plaintext: Uint8Array,
  { iv, aad = NOTHING, tagLength = FULL_TAG }: GcmParameters & { readonly tagLength?: number },
): { ciphertext: Uint8Array; tag: Uint8Array } {
  requireTagLength(tagLength)
  const { text, tag } = runGcm({ key, iv, aad, text: plaintext, isEncryption: true })
  return { ciphertext: text, tag: tagLength === FULL_TAG ? tag : tag.slice(0, tagLength) }
}

/**
 * Decrypts with AES-GCM. Returns nothing of the plaintext if the tag is wrong.
 *
 * @param key - 16, 24 or 32 bytes.
 * @param ciphertext - Any number of bytes.
 * @param parameters - The IV and AAD used to encrypt; the tag, 12 to 16 bytes.
 * @returns A fresh array as long as the ciphertext.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a length outside these ranges.
 * @throws {@link CryptoError} `OPERATION_FAILED` - the tag does not match the key, IV, AAD and ciphertext.
 * @see NIST SP 800-38D section 7.2
 *
 * @example
 * ```ts
 * import { aesGcmDecrypt, isCryptoError } from '@pocket-hsm/crypto'
 *
 * const parameters = { iv: new Uint8Array(12), tag: new Uint8Array(16) }
 * try {
 *   aesGcmDecrypt(new Uint8Array(32), new Uint8Array(5), parameters)
 * } catch (error) {
 *   if (!isCryptoError(error)) throw error
 *   error.code // 'OPERATION_FAILED'
 * }
 * ```
 */
export function aesGcmDecrypt(
  key: Uint8Array,
  ciphertext: Uint8Array,
  { iv, aad = NOTHING, tag }: GcmParameters & { readonly tag: Uint8Array },
): Uint8Array {
  requireTagLength(requireBytes('The tag', tag).length)
  const result = runGcm({ key, iv, aad, text: ciphertext, isEncryption: false })
  if (equalBytes(result.tag.subarray(0, tag.length), tag)) return result.text
  result.text.fill(0)
  throw operationFailed()
}

const FULL_TAG = 16
const NOTHING = new Uint8Array(0)

function runGcm(input: GcmInput) {
  requireAesKey(input.key)
  if (requireBytes('The IV', input.iv).length === 0) {
    throw cryptoError('INVALID_ARGUMENT', 'An IV of GCM has 1 byte or more.')
  }
  requireBytes('The AAD', input.aad)
  requireBytes(input.isEncryption ? 'The plaintext' : 'The ciphertext', input.text)
  return aesEngine().gcm(input)
}

/** Section 5.2.1.2 without the lengths of 4 and 8 bytes, which need limits of their own (appendix C). */
function requireTagLength(length: number): void {
  if (Number.isInteger(length) && length >= 12 && length <= FULL_TAG) return
  throw cryptoError('INVALID_ARGUMENT', `A tag of GCM has 12 to 16 bytes, not ${length}.`)
}
