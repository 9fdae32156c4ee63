/** AES-GCM: NIST SP 800-38D. */

import { unsafe } from '@noble/ciphers/aes.js'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { expandGcmKey, type GcmKey } from './gcm-key.ts'
import { ghash } from './ghash.ts'

/** What goes into AES-GCM beside key and plaintext. */
export interface GcmParameters {
  /** 1 byte or more, never twice with the same key; 12 is the length to choose. */
  readonly iv: Uint8Array
  /** Authenticated and not encrypted, any number of bytes: none unless told. */
  readonly aad?: Uint8Array
}

/**
 * Encrypts with AES-GCM.
 *
 * @param key - 16, 24 or 32 bytes.
 * @param plaintext - Any number of bytes.
 * @param parameters - IV and AAD; `tagLength` is 12 to 16 bytes, 16 unless told.
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
  parameters: GcmParameters & { readonly tagLength?: number },
): { ciphertext: Uint8Array; tag: Uint8Array } {
  return sealGcm(expandGcmKey(key), plaintext, parameters)
}

/**
 * Decrypts with AES-GCM. Nothing of the plaintext is answered unless the tag is right.
 *
 * @param key - 16, 24 or 32 bytes.
 * @param ciphertext - Any number of bytes.
 * @param parameters - IV and AAD as they were to encrypt; the tag, 12 to 16 bytes.
 * @returns A fresh array as long as the ciphertext.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a length outside these ranges.
 * @throws {@link CryptoError} `OPERATION_FAILED` - the tag is not the one of this key, IV, AAD and ciphertext.
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
  parameters: GcmParameters & { readonly tag: Uint8Array },
): Uint8Array {
  return openGcm(expandGcmKey(key), ciphertext, parameters)
}

/** {@link aesGcmEncrypt} with a key that is expanded already. */
export function sealGcm(
  key: GcmKey,
  plaintext: Uint8Array,
  { iv, aad = NOTHING, tagLength = FULL_TAG }: GcmParameters & { readonly tagLength?: number },
): { ciphertext: Uint8Array; tag: Uint8Array } {
  requireTagLength(tagLength)
  const { mask, text } = underKeyStream(key, iv, plaintext)
  return { ciphertext: text, tag: tagOf(key, mask, aad, text).slice(0, tagLength) }
}

/** {@link aesGcmDecrypt} with a key that is expanded already. */
export function openGcm(
  key: GcmKey,
  ciphertext: Uint8Array,
  { iv, aad = NOTHING, tag }: GcmParameters & { readonly tag: Uint8Array },
): Uint8Array {
  requireTagLength(tag.length)
  const { mask, text } = underKeyStream(key, iv, ciphertext)
  if (equalBytes(tagOf(key, mask, aad, ciphertext).subarray(0, tag.length), tag)) return text
  text.fill(0)
  throw operationFailed()
}

const FULL_TAG = 16
const BLOCK = 16
const NOTHING = new Uint8Array(0)

/**
 * GCTR from J0 on over a block of zeros and the text: what masks the tag, and the text under the key stream
 * that begins one block later. Steps 2, 3 and 6 of section 7.1 in one call of the cipher.
 */
function underKeyStream(
  key: GcmKey,
  iv: Uint8Array,
  bytes: Uint8Array,
): { mask: Uint8Array; text: Uint8Array } {
  // One buffer for both: counter, block of zeros, text.
  const buffer = new ArrayBuffer(2 * BLOCK + bytes.length)
  const counter = new Uint8Array(buffer, 0, BLOCK)
  const stream = new Uint8Array(buffer, BLOCK)
  writeFirstCounter(counter, key, iv)
  stream.set(bytes, BLOCK)
  unsafe.ctr32(key.schedule, false, counter, stream, stream)
  return { mask: stream.subarray(0, BLOCK), text: stream.slice(BLOCK) }
}

/** J0: section 7.1, step 2. */
function writeFirstCounter(counter: Uint8Array, key: GcmKey, iv: Uint8Array): void {
  if (iv.length === 0) throw cryptoError('INVALID_ARGUMENT', 'An IV of GCM has 1 byte or more.')
  if (iv.length !== 12) {
    counter.set(ghash(key.table, NOTHING, iv))
    return
  }
  counter.set(iv)
  counter[BLOCK - 1] = 1
}

/** Steps 5 and 6 of section 7.1. */
function tagOf(key: GcmKey, mask: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const tag = ghash(key.table, aad, ciphertext)
  for (let i = 0; i < BLOCK; i++) tag[i] = (tag[i] as number) ^ (mask[i] as number)
  return tag
}

/** Section 5.2.1.2 without the lengths of 4 and 8 bytes, which need limits of their own (appendix C). */
function requireTagLength(length: number): void {
  if (Number.isInteger(length) && length >= 12 && length <= FULL_TAG) return
  throw cryptoError('INVALID_ARGUMENT', `A tag of GCM has 12 to 16 bytes, not ${length}.`)
}
