/** RSAES-PKCS1-v1_5: RFC 8017 section 7.2. */

import { requireBytes } from '../checks/arguments.ts'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import { bigIntToBytes, bytesToBigInt } from '../encoding/bytes.ts'
import type { RsaKey } from '../key-material.ts'
import { drawBytes, type RandomSource, unusableSource } from '../random/random-source.ts'
import { applyPrivateExponent, applyPublicExponent, rsaPublicNumbers } from './rsa-primitives.ts'

/** The two bytes before the padding, the minimum of eight bytes of padding, and the zero after it. */
const OVERHEAD = 11

/**
 * Encrypts with RSAES-PKCS1-v1_5. Use it only for existing formats: OAEP is the better choice.
 *
 * @param key - RSA key of 1024 to 8192 bits; the public part is enough.
 * @param plaintext - 0 to k - 11 bytes, where k is the length of n.
 * @param random - Source of the padding. Zero bytes are replaced: one more draw for all that are missing.
 * @returns A fresh array of k bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a plaintext that is too long, or a
 * source that repeats itself.
 * @see RFC 8017 section 7.2.1
 *
 * @example
 * ```ts
 * import { makeRsaPublicKey, rsaPkcs1Encrypt, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = makeRsaPublicKey((1n << 2047n) + 1n, 65537n)
 * rsaPkcs1Encrypt(key, utf8ToBytes('secret'), random).length // 256
 * ```
 */
export function rsaPkcs1Encrypt(
  key: RsaKey,
  plaintext: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const { k } = rsaPublicNumbers(key)
  requireBytes('The plaintext', plaintext)
  if (plaintext.length > k - OVERHEAD) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `PKCS#1 v1.5 with this key takes at most ${k - OVERHEAD} bytes, not ${plaintext.length}.`,
    )
  }
  const em = new Uint8Array(k)
  em[1] = 2
  em.set(drawNonZero(random, k - plaintext.length - 3), 2)
  em.set(plaintext, k - plaintext.length)
  return bigIntToBytes(applyPublicExponent(key, bytesToBigInt(em)), k)
}

/**
 * Decrypts with RSAES-PKCS1-v1_5.
 *
 * Every failure throws the same error. But an attacker who can see whether decryption failed can decrypt other
 * ciphertexts: a server must not show that to its clients.
 *
 * @param key - RSA private key of 1024 to 8192 bits.
 * @param ciphertext - k bytes.
 * @returns A fresh array of 0 to k - 11 bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, or a key without its private
 * part.
 * @throws {@link CryptoError} `OPERATION_FAILED` - a wrong length, number or padding.
 * @see RFC 8017 section 7.2.2
 *
 * @example
 * ```ts
 * import { generateKey, isCryptoError, rsaPkcs1Decrypt } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'RSA', bits: 2048 }, random)
 * try {
 *   rsaPkcs1Decrypt(key, new Uint8Array(256))
 * } catch (error) {
 *   if (!isCryptoError(error)) throw error
 *   error.code // 'OPERATION_FAILED'
 * }
 * ```
 */
export function rsaPkcs1Decrypt(key: RsaKey, ciphertext: Uint8Array): Uint8Array {
  const { n, k } = rsaPublicNumbers(key)
  requireBytes('The ciphertext', ciphertext)
  const representative = bytesToBigInt(ciphertext)
  if (ciphertext.length !== k || representative >= n) throw operationFailed()
  return messageOf(bigIntToBytes(applyPrivateExponent(key, representative), k))
}

/** Step 3, without a branch before every byte is checked (Bleichenbacher 1998). */
function messageOf(em: Uint8Array): Uint8Array {
  let wrong = (em[0] ?? 0) | ((em[1] ?? 0) ^ 2)
  // `looking` becomes 0 after the first zero, which ends the padding.
  let looking = 1
  let start = 0
  for (let i = 2; i < em.length; i++) {
    const isZero = ((em[i] ?? 0) - 1) >>> 31
    start |= -(looking & isZero) & (i + 1)
    looking &= 1 ^ isZero
  }
  // At least eight bytes of padding: the message starts at 11 or later.
  wrong |= looking | ((start - OVERHEAD) >>> 31)
  if (wrong !== 0) throw operationFailed()
  return em.slice(start)
}

function drawNonZero(random: RandomSource, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let filled = 0
  for (let draws = 0; draws < 256 && filled < length; draws++) {
    for (const byte of drawBytes(random, length - filled)) {
      if (byte !== 0) bytes[filled++] = byte
    }
  }
  if (filled < length) throw unusableSource()
  return bytes
}
