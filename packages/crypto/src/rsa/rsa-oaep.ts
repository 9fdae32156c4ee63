/** RSAES-OAEP: RFC 8017 section 7.1. */

import { concatBytes } from '@noble/hashes/utils.js'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import { bigIntToBytes, bytesToBigInt } from '../encoding/bytes.ts'
import type { HashName } from '../hash/hashes.ts'
import { digest, HASHES, mgf1 } from '../hash/hashes.ts'
import type { RsaKey } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { applyPrivateExponent, applyPublicExponent, rsaPublicNumbers } from './rsa-primitives.ts'

/** The parameters of OAEP. */
export interface OaepParameters {
  /** Hash of the label. */
  readonly hash: HashName
  /** Hash inside MGF1: the same as `hash` unless told. */
  readonly mgfHash?: HashName
  /** Label L, any number of bytes: none unless told. */
  readonly label?: Uint8Array
}

/**
 * Encrypts with RSAES-OAEP.
 *
 * @param key - RSA key of 1024 to 8192 bits; the public part is enough.
 * @param parameters - Hash functions and label.
 * @param plaintext - 0 to k - 2·hLen - 2 bytes, where k is the length of n and hLen of the digest.
 * @param random - Source of the seed: one draw of hLen bytes.
 * @returns A fresh array of k bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a plaintext that is too long for the key and hash, or a key
 * too short for the hash.
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
  const { hash, mgfHash = hash, label = NO_LABEL } = parameters
  const { k } = rsaPublicNumbers(key)
  const hLen = HASHES[hash].outputLen
  const most = requireRoom(k, hash)
  if (plaintext.length > most) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `OAEP with ${hash} and this key takes at most ${most} bytes, not ${plaintext.length}.`,
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
 * Every refusal is the same, whatever was wrong and wherever.
 *
 * @param key - RSA private key of 1024 to 8192 bits.
 * @param parameters - As they were to encrypt.
 * @param ciphertext - k bytes.
 * @returns A fresh array of 0 to k - 2·hLen - 2 bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key without its private part, or too short for the hash.
 * @throws {@link CryptoError} `OPERATION_FAILED` - anything else: length, range, label, padding.
 * @see RFC 8017 section 7.1.2
 *
 * @example
 * ```ts
 * import { generateKey, rsaOaepDecrypt, rsaOaepEncrypt, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'RSA', bits: 2048 }, random)
 * if (key.kty !== 'RSA') throw new Error('not an RSA key')
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
  const { hash, mgfHash = hash, label = NO_LABEL } = parameters
  const { n, k } = rsaPublicNumbers(key)
  const hLen = HASHES[hash].outputLen
  requireRoom(k, hash)
  const representative = bytesToBigInt(ciphertext)
  if (ciphertext.length !== k || representative >= n) throw operationFailed()
  const em = bigIntToBytes(applyPrivateExponent(key, representative), k)
  const maskedSeed = em.subarray(1, 1 + hLen)
  const maskedDb = em.subarray(1 + hLen)
  const seed = xor(maskedSeed, mgf1(mgfHash, maskedDb, hLen))
  const db = xor(maskedDb, mgf1(mgfHash, seed, maskedDb.length))
  return messageOf(em[0] ?? 0, db, digest(hash, label))
}

/** Section 7.1.1 step 1.b: the longest plaintext that a key of k bytes has room for. */
function requireRoom(k: number, hash: HashName): number {
  const most = k - 2 * HASHES[hash].outputLen - 2
  if (most < 0) throw cryptoError('INVALID_ARGUMENT', `The key is too short for OAEP with ${hash}.`)
  return most
}

/**
 * Section 7.1.2 step 3.g, without a branch until all of it is known: an attacker who could tell a wrong first byte from
 * a wrong label would read the plaintext (Manger 2001).
 */
function messageOf(first: number, db: Uint8Array, labelDigest: Uint8Array): Uint8Array {
  let wrong = first
  for (let i = 0; i < labelDigest.length; i++) wrong |= (db[i] ?? 0) ^ (labelDigest[i] ?? 0)
  // `looking` stays 1 through the zeros and turns 0 behind the byte 01 that ends them.
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

/** 1 for equal bytes, 0 for others, by arithmetic alone. */
const equals = (a: number, b: number) => ((a ^ b) - 1) >>> 31

function xor(bytes: Uint8Array, mask: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => byte ^ (mask[i] ?? 0))
}

const NO_LABEL = new Uint8Array(0)
