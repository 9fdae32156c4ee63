/** RSAES-OAEP: RFC 8017 section 7.1. */

import { cryptoError, operationFailed } from './crypto-error.ts'
import type { HashName } from './hashes.ts'
import { digest, HASHES, mgf1 } from './hashes.ts'
import type { RsaKey } from './key-material.ts'
import { bigIntToOctets, concatOctets, octetsToBigInt } from './octets.ts'
import { drawOctets, type RandomSource } from './random-source.ts'
import { applyPrivateExponent, applyPublicExponent, rsaPublicNumbers } from './rsa-primitives.ts'

/** The parameters of OAEP. */
export interface OaepParameters {
  /** Hash of the label. */
  readonly hash: HashName
  /** Hash inside MGF1: the same as `hash` unless told. */
  readonly mgfHash?: HashName
  /** Label L, any number of octets: none unless told. */
  readonly label?: Uint8Array
}

/**
 * Encrypts with RSAES-OAEP.
 *
 * @param key - RSA key of 1024 to 8192 bits; the public part is enough.
 * @param parameters - Hash functions and label.
 * @param plaintext - 0 to k - 2·hLen - 2 octets, where k is the length of n and hLen of the digest.
 * @param random - Source of the seed: one draw of hLen octets.
 * @returns A fresh array of k octets.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a plaintext that is too long for the key and hash, or a key
 * too short for the hash.
 * @see RFC 8017 section 7.1.1
 *
 * @example
 * ```ts
 * import { makeRsaPublicKey, rsaOaepEncrypt, utf8ToOctets } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = makeRsaPublicKey((1n << 2047n) + 1n, 65537n)
 * rsaOaepEncrypt(key, { hash: 'SHA-256' }, utf8ToOctets('secret'), random).length // 256
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
      `OAEP with ${hash} and this key takes at most ${most} octets, not ${plaintext.length}.`,
    )
  }
  const db = new Uint8Array(k - hLen - 1)
  db.set(digest(hash, label))
  db[db.length - plaintext.length - 1] = 1
  db.set(plaintext, db.length - plaintext.length)
  const seed = drawOctets(random, hLen)
  const maskedDb = xor(db, mgf1(mgfHash, seed, db.length))
  const maskedSeed = xor(seed, mgf1(mgfHash, maskedDb, hLen))
  const em = concatOctets(Uint8Array.of(0), maskedSeed, maskedDb)
  return bigIntToOctets(applyPublicExponent(key, octetsToBigInt(em)), k)
}

/**
 * Decrypts with RSAES-OAEP.
 *
 * Every refusal is the same, whatever was wrong and wherever.
 *
 * @param key - RSA private key of 1024 to 8192 bits.
 * @param parameters - As they were to encrypt.
 * @param ciphertext - k octets.
 * @returns A fresh array of 0 to k - 2·hLen - 2 octets.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key without its private part, or too short for the hash.
 * @throws {@link CryptoError} `OPERATION_FAILED` - anything else: length, range, label, padding.
 * @see RFC 8017 section 7.1.2
 *
 * @example
 * ```ts
 * import { generateKey, rsaOaepDecrypt, rsaOaepEncrypt, utf8ToOctets } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'RSA', bits: 2048 }, random)
 * if (key.kty !== 'RSA') throw new Error('not an RSA key')
 * const parameters = { hash: 'SHA-256', mgfHash: 'SHA-1', label: utf8ToOctets('orders') } as const
 * const ciphertext = rsaOaepEncrypt(key, parameters, utf8ToOctets('secret'), random)
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
  const representative = octetsToBigInt(ciphertext)
  if (ciphertext.length !== k || representative >= n) throw operationFailed()
  const em = bigIntToOctets(applyPrivateExponent(key, representative), k)
  const maskedSeed = em.subarray(1, 1 + hLen)
  const maskedDb = em.subarray(1 + hLen)
  const seed = xor(maskedSeed, mgf1(mgfHash, maskedDb, hLen))
  const db = xor(maskedDb, mgf1(mgfHash, seed, maskedDb.length))
  return messageOf(em[0] ?? 0, db, digest(hash, label))
}

/** Section 7.1.1 step 1.b: the longest plaintext that a key of k octets has room for. */
function requireRoom(k: number, hash: HashName): number {
  const most = k - 2 * HASHES[hash].outputLen - 2
  if (most < 0) throw cryptoError('INVALID_ARGUMENT', `The key is too short for OAEP with ${hash}.`)
  return most
}

/**
 * Section 7.1.2 step 3.g, without a branch until all of it is known: an attacker who could tell a wrong first octet from
 * a wrong label would read the plaintext (Manger 2001).
 */
function messageOf(first: number, db: Uint8Array, labelDigest: Uint8Array): Uint8Array {
  let wrong = first
  for (let i = 0; i < labelDigest.length; i++) wrong |= (db[i] ?? 0) ^ (labelDigest[i] ?? 0)
  // `looking` stays 1 through the zeros and turns 0 behind the octet 01 that ends them.
  let looking = 1
  let start = 0
  for (let i = labelDigest.length; i < db.length; i++) {
    const octet = db[i] ?? 0
    const isZero = equals(octet, 0)
    const isOne = equals(octet, 1)
    wrong |= looking & (1 ^ isZero) & (1 ^ isOne)
    start |= -(looking & isOne) & (i + 1)
    looking &= 1 ^ isOne
  }
  if ((wrong | looking) !== 0) throw operationFailed()
  return db.slice(start)
}

/** 1 for equal octets, 0 for others, by arithmetic alone. */
const equals = (a: number, b: number) => ((a ^ b) - 1) >>> 31

function xor(octets: Uint8Array, mask: Uint8Array): Uint8Array {
  return octets.map((octet, i) => octet ^ (mask[i] ?? 0))
}

const NO_LABEL = new Uint8Array(0)
