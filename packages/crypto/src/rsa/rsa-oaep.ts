/** RSAES-OAEP: RFC 8017 section 7.1. */

import { concatBytes } from '@noble/hashes/utils.js'
import { requireBytes, requireObject } from '../checks/arguments.ts'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import { bigIntToBytes, bytesToBigInt } from '../encoding/bytes.ts'
import type { HashName } from '../hash/hashes.ts'
import { digest, mgf1 } from '../hash/hashes.ts'
import type { RsaKey } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { applyPrivateExponent, applyPublicExponent, rsaPublicNumbers } from './rsa-primitives.ts'
import { digestLengthOf } from './scheme-hashes.ts'

/** The parameters of OAEP. */
export interface OaepParameters {
  /** Hash of the label. */
  readonly hash: HashName
  /** Hash of MGF1. Defaults to `hash`. */
  readonly mgfHash?: HashName
  /** Label L, any number of bytes. Defaults to none. */
  readonly label?: Uint8Array
}

/**
 * Encrypts with RSAES-OAEP.
 *
 * @param key - RSA key of 1024 to 8192 bits; the public part is enough.
 * @param parameters - Hash functions and label.
 * @param plaintext - 0 to k - 2·hLen - 2 bytes, where k is the length of n and hLen that of the digest.
 * @param random - Source of the seed: one draw of hLen bytes.
 * @returns A fresh array of k bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a plaintext that is too long for
 * the key and hash, or a key too short for the hash.
 * @see RFC 8017 section 7.1.1
 *
 * @example
 * ```ts
 * import { makeRsaPublicKey, rsaOaepEncrypt, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = makeRsaPublicKey((1n << 2047n) + 1n, 65537n)
 * rsaOaepEncrypt(key, { hash: 'SHA-256' }, utf8ToBytes('secret'), random).length // 256
 * ```
 */
export function rsaOaepEncrypt(
  key: RsaKey,
  parameters: OaepParameters,
  plaintext: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const { hash, mgfHash, label, hLen } = resolveParameters(parameters)
  const { k } = rsaPublicNumbers(key)
  const maximum = maximumLength(k, hash, hLen)
  requireBytes('The plaintext', plaintext)
  if (plaintext.length > maximum) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `OAEP with ${hash} and this key takes at most ${maximum} bytes, not ${plaintext.length}.`,
    )
  }
  const db = new Uint8Array(k - hLen - 1)
  db.set(digest(hash, label))
  db[db.length - plaintext.length - 1] = 1
  db.set(plaintext, db.length - plaintext.length)
  const seed = drawBytes(random, hLen)
  const maskedDb = xor(db, mgf1(mgfHash, seed, db.length))
  const maskedSeed = xor(seed, mgf1(mgfHash, maskedDb, hLen))
  const em = concatBytes(Uint8Array.of(0), maskedSeed, maskedDb)
  return bigIntToBytes(applyPublicExponent(key, bytesToBigInt(em)), k)
}

/**
 * Decrypts with RSAES-OAEP.
 *
 * Every failure throws the same error.
 *
 * @param key - RSA private key of 1024 to 8192 bits.
 * @param parameters - The parameters that were used to encrypt.
 * @param ciphertext - k bytes.
 * @returns A fresh array of 0 to k - 2·hLen - 2 bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a key without its private
 * part, or one too short for the hash.
 * @throws {@link CryptoError} `OPERATION_FAILED` - a wrong length, number, label or padding.
 * @see RFC 8017 section 7.1.2
 *
 * @example
 * ```ts
 * import { generateKey, rsaOaepDecrypt, rsaOaepEncrypt, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'RSA', bits: 2048 }, random)
 * const parameters = { hash: 'SHA-256', mgfHash: 'SHA-1', label: utf8ToBytes('orders') } as const
 * const ciphertext = rsaOaepEncrypt(key, parameters, utf8ToBytes('secret'), random)
 * rsaOaepDecrypt(key, parameters, ciphertext).length // 6
 * ```
 */
export function rsaOaepDecrypt(
  key: RsaKey,
  parameters: OaepParameters,
  ciphertext: Uint8Array,
): Uint8Array {
  const { hash, mgfHash, label, hLen } = resolveParameters(parameters)
  const { n, k } = rsaPublicNumbers(key)
  maximumLength(k, hash, hLen)
  requireBytes('The ciphertext', ciphertext)
  const representative = bytesToBigInt(ciphertext)
  if (ciphertext.length !== k || representative >= n) throw operationFailed()
  const em = bigIntToBytes(applyPrivateExponent(key, representative), k)
  const maskedSeed = em.subarray(1, 1 + hLen)
  const maskedDb = em.subarray(1 + hLen)
  const seed = xor(maskedSeed, mgf1(mgfHash, maskedDb, hLen))
  const db = xor(maskedDb, mgf1(mgfHash, seed, maskedDb.length))
  return messageOf(em[0] ?? 0, db, digest(hash, label))
}

function resolveParameters(parameters: OaepParameters) {
  const { hash, mgfHash = hash, label = NO_LABEL } = requireObject('The parameters', parameters)
  const hLen = digestLengthOf('hash', hash)
  digestLengthOf('mgfHash', mgfHash)
  requireBytes('The label', label)
  return { hash, mgfHash, label, hLen }
}

/** Section 7.1.1 step 1.b: the length of the longest plaintext for a key of k bytes. */
function maximumLength(k: number, hash: HashName, hLen: number): number {
  const maximum = k - 2 * hLen - 2
  if (maximum >= 0) return maximum
  throw cryptoError('INVALID_ARGUMENT', `The key is too short for OAEP with ${hash}.`)
}

/**
 * Section 7.1.2 step 3.g, without a branch before every byte is checked: an attacker who can distinguish a wrong first
 * byte from a wrong label can decrypt the ciphertext (Manger 2001).
 */
function messageOf(first: number, db: Uint8Array, labelDigest: Uint8Array): Uint8Array {
  let wrong = first
  for (let i = 0; i < labelDigest.length; i++) wrong |= (db[i] ?? 0) ^ (labelDigest[i] ?? 0)
  // `looking` stays 1 during the zeros and becomes 0 after the byte 01 that ends them.
  let looking = 1
  let start = 0
  for (let i = labelDigest.length; i < db.length; i++) {
    const byte = db[i] ?? 0
    const isZero = equals(byte, 0)
    const isOne = equals(byte, 1)
    wrong |= looking & (1 ^ isZero) & (1 ^ isOne)
    start |= -(looking & isOne) & (i + 1)
    looking &= 1 ^ isOne
  }
  if ((wrong | looking) !== 0) throw operationFailed()
  return db.slice(start)
}

/** Returns 1 for equal bytes and 0 for others, by arithmetic only. */
const equals = (a: number, b: number) => ((a ^ b) - 1) >>> 31

function xor(bytes: Uint8Array, mask: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => byte ^ (mask[i] ?? 0))
}

const NO_LABEL = new Uint8Array(0)
