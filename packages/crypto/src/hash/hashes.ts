/** Hash functions and what is built of them: HMAC (FIPS 198-1), HKDF (RFC 5869), MGF1 (RFC 8017). */

import { hkdf as nobleHkdf } from '@noble/hashes/hkdf.js'
import { hmac as nobleHmac } from '@noble/hashes/hmac.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import type { CHash } from '@noble/hashes/utils.js'
import { cryptoError } from '../crypto-error.ts'

/** The hash functions, by their JOSE-style names. */
export type HashName = 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/** Every function of {@link HashName}; `outputLen` is the length of its digest in bytes. */
export const HASHES: Readonly<Record<HashName, CHash>> = Object.freeze({
  'SHA-1': sha1,
  'SHA-224': sha224,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
})

/**
 * Hashes a message.
 *
 * @param hash - Which function.
 * @param message - Any number of bytes.
 * @returns A fresh array of 20, 28, 32, 48 or 64 bytes.
 * @see FIPS 180-4
 *
 * @example
 * ```ts
 * import { digest, bytesToHex, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * bytesToHex(digest('SHA-1', utf8ToBytes('abc'))) // 'a9993e364706816aba3e25717850c26c9cd0d89d'
 * ```
 */
export function digest(hash: HashName, message: Uint8Array): Uint8Array {
  return HASHES[hash](message)
}

/**
 * Computes the HMAC of a message.
 *
 * @param hash - Which hash function.
 * @param key - Any number of bytes.
 * @param message - Any number of bytes.
 * @returns A fresh array as long as the digest.
 * @see FIPS 198-1; RFC 2104
 *
 * @example
 * ```ts
 * import { hmac, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * hmac('SHA-256', utf8ToBytes('Jefe'), utf8ToBytes('what do ya want for nothing?')).length // 32
 * ```
 */
export function hmac(hash: HashName, key: Uint8Array, message: Uint8Array): Uint8Array {
  return nobleHmac(HASHES[hash], key, message)
}

/**
 * Derives keys from a secret: HKDF, extract then expand.
 *
 * @param hash - Which hash function.
 * @param ikm - Input keying material, any number of bytes.
 * @param salt - Any number of bytes; none counts as a digest's length of zeros.
 * @param info - What the derived bytes are for, any number of bytes.
 * @param length - Bytes wanted: 1 to 255 times the length of the digest.
 * @returns A fresh array of `length` bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - `length` outside its range.
 * @see RFC 5869 section 2
 *
 * @example
 * ```ts
 * import { hkdf, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const secret = new Uint8Array(32)
 * hkdf('SHA-256', secret, new Uint8Array(0), utf8ToBytes('backup'), 64).length // 64
 * ```
 */
export function hkdf(
  hash: HashName,
  ikm: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const most = 255 * HASHES[hash].outputLen
  if (!Number.isInteger(length) || length < 1 || length > most) {
    throw cryptoError('INVALID_ARGUMENT', `HKDF with ${hash} derives 1 to ${most} bytes.`)
  }
  return nobleHkdf(HASHES[hash], ikm, salt, info, length)
}

/**
 * Generates a mask from a seed.
 *
 * @param hash - Which hash function.
 * @param seed - Any number of bytes.
 * @param length - Bytes wanted.
 * @returns A fresh array of `length` bytes.
 * @see RFC 8017 appendix B.2.1
 */
export function mgf1(hash: HashName, seed: Uint8Array, length: number): Uint8Array {
  const mask = new Uint8Array(length)
  const input = new Uint8Array(seed.length + 4)
  input.set(seed)
  const counter = new DataView(input.buffer, seed.length)
  for (let at = 0, count = 0; at < length; count++) {
    counter.setUint32(0, count)
    const block = digest(hash, input).subarray(0, length - at)
    mask.set(block, at)
    at += block.length
  }
  return mask
}
