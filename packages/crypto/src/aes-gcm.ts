/** AES-GCM: NIST SP 800-38D. */

import { gcm } from '@noble/ciphers/aes.js'
import { requireAesKey } from './aes-key.ts'
import { cryptoError, operationFailed } from './crypto-error.ts'
import { concatOctets, equalOctets } from './octets.ts'

/** What goes into AES-GCM beside key and plaintext. */
export interface GcmParameters {
  /** 8 octets or more, never twice with the same key; 12 is the length to choose. */
  readonly iv: Uint8Array
  /** Authenticated and not encrypted, any number of octets: none unless told. */
  readonly aad?: Uint8Array
}

/**
 * Encrypts with AES-GCM.
 *
 * @param key - 16, 24 or 32 octets.
 * @param plaintext - Any number of octets.
 * @param parameters - IV and AAD; `tagLength` is 12 to 16 octets, 16 unless told.
 * @returns Fresh arrays: `ciphertext` as long as the plaintext, and `tag`.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a length outside these ranges.
 * @see NIST SP 800-38D section 7.1
 *
 * @example
 * ```ts
 * import { aesGcmDecrypt, aesGcmEncrypt, utf8ToOctets } from '@pocket-hsm/crypto'
 *
 * const key = new Uint8Array(32)
 * const iv = new Uint8Array(12)
 * const { ciphertext, tag } = aesGcmEncrypt(key, utf8ToOctets('order 1'), { iv })
 * aesGcmDecrypt(key, ciphertext, { iv, tag }).length // 7
 * ```
 */
export function aesGcmEncrypt(
  key: Uint8Array,
  plaintext: Uint8Array,
  parameters: GcmParameters & { readonly tagLength?: number },
): { ciphertext: Uint8Array; tag: Uint8Array } {
  const { tagLength = FULL_TAG } = parameters
  requireTagLength(tagLength)
  const sealed = cipherOf(key, parameters).encrypt(plaintext)
  return {
    ciphertext: sealed.slice(0, plaintext.length),
    tag: sealed.slice(plaintext.length, plaintext.length + tagLength),
  }
}

/**
 * Decrypts with AES-GCM. Nothing of the plaintext is answered unless the tag is right.
 *
 * @param key - 16, 24 or 32 octets.
 * @param ciphertext - Any number of octets.
 * @param parameters - IV and AAD as they were to encrypt; the tag, 12 to 16 octets.
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
  const { tag } = parameters
  requireTagLength(tag.length)
  if (tag.length < FULL_TAG) return decryptWithShortTag(key, ciphertext, parameters)
  const cipher = cipherOf(key, parameters)
  try {
    return cipher.decrypt(concatOctets(ciphertext, tag))
  } catch {
    throw operationFailed()
  }
}

/**
 * Noble compares whole tags alone. GCM encrypts by counter: encrypting the ciphertext gives the plaintext,
 * and encrypting that gives the tag whose beginning is compared.
 */
function decryptWithShortTag(
  key: Uint8Array,
  ciphertext: Uint8Array,
  parameters: GcmParameters & { readonly tag: Uint8Array },
): Uint8Array {
  const { tag } = parameters
  const plaintext = cipherOf(key, parameters).encrypt(ciphertext).slice(0, ciphertext.length)
  const sealed = cipherOf(key, parameters).encrypt(plaintext)
  const expected = sealed.subarray(ciphertext.length, ciphertext.length + tag.length)
  if (equalOctets(expected, tag)) return plaintext
  plaintext.fill(0)
  throw operationFailed()
}

const FULL_TAG = 16

function cipherOf(key: Uint8Array, { iv, aad }: GcmParameters) {
  requireAesKey(key)
  // Section 5.2.1.1 lets an implementation narrow the lengths of IV: noble takes 8 octets or more.
  if (iv.length < 8) {
    throw cryptoError('INVALID_ARGUMENT', `An IV of GCM has 8 octets or more, not ${iv.length}.`)
  }
  return gcm(key, iv, aad)
}

/** Section 5.2.1.2 without the lengths of 4 and 8 octets, which need limits of their own (appendix C). */
function requireTagLength(length: number): void {
  if (Number.isInteger(length) && length >= 12 && length <= FULL_TAG) return
  throw cryptoError('INVALID_ARGUMENT', `A tag of GCM has 12 to 16 octets, not ${length}.`)
}
