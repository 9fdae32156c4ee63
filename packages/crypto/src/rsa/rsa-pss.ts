/** RSASSA-PSS over a digest: RFC 8017 sections 8.1 and 9.1. */

import { concatBytes } from '@noble/hashes/utils.js'
import { requireBytes, requireObject } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'
import { bigIntToBytes, bytesToBigInt, equalBytes } from '../encoding/bytes.ts'
import type { HashName } from '../hash/hashes.ts'
import { digest as hashOf, mgf1 } from '../hash/hashes.ts'
import type { RsaKey } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { applyPrivateExponent, applyPublicExponent, rsaPublicNumbers } from './rsa-primitives.ts'
import { digestLengthOf, requireDigestOf } from './scheme-hashes.ts'

/** The parameters of PSS. */
export interface PssParameters {
  /** The hash of the digest. */
  readonly hash: HashName
  /** Hash of MGF1. Defaults to `hash`. */
  readonly mgfHash?: HashName
  /** Length of the salt in bytes, 0 or more. Defaults to the length of the digest. */
  readonly saltLength?: number
}

/**
 * Signs a digest with RSASSA-PSS.
 *
 * @param key - RSA private key of 1024 to 8192 bits.
 * @param parameters - Hash functions and salt length.
 * @param digest - As long as the digests of `parameters.hash`.
 * @param random - Source of the salt: one draw.
 * @returns A fresh array of k bytes, the length of n.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a digest of another length, a salt
 * that is too long for the key, or a key without its private part.
 * @throws {@link CryptoError} `OPERATION_FAILED` - a damaged key.
 * @see RFC 8017 sections 8.1.1 and 9.1.1
 *
 * @example
 * ```ts
 * import { digest, generateKey, rsaPssSign, rsaPssVerify, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'RSA', bits: 2048 }, random)
 * const parameters = { hash: 'SHA-256', saltLength: 20 } as const
 * const hashed = digest('SHA-256', utf8ToBytes('order 1'))
 * const signature = rsaPssSign(key, parameters, hashed, random)
 * rsaPssVerify(key, parameters, hashed, signature) // true
 * ```
 */
export function rsaPssSign(
  key: RsaKey,
  parameters: PssParameters,
  digest: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const { hash, mgfHash, saltLength, emBits, emLen } = resolve(key, parameters, digest)
  const salt = drawBytes(random, saltLength)
  const h = hashOf(hash, concatBytes(PADDING1, digest, salt))
  const db = new Uint8Array(emLen - h.length - 1)
  db[db.length - saltLength - 1] = 1
  db.set(salt, db.length - saltLength)
  const maskedDb = applyMask(db, mgf1(mgfHash, h, db.length), emBits)
  const em = concatBytes(maskedDb, h, TRAILER)
  const signature = applyPrivateExponent(key, bytesToBigInt(em))
  return bigIntToBytes(signature, rsaPublicNumbers(key).k)
}

/**
 * Verifies an RSASSA-PSS signature.
 *
 * @param key - RSA key of 1024 to 8192 bits; the public part is enough.
 * @param parameters - The parameters that were used to sign: another salt length does not verify.
 * @param digest - As long as the digests of `parameters.hash`.
 * @param signature - The signature to verify, of any length.
 * @returns `true` for a valid signature, `false` for anything else.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a digest of another length, or a
 * salt that is too long for the key.
 * @see RFC 8017 sections 8.1.2 and 9.1.2
 *
 * @example
 * ```ts
 * import { makeRsaPublicKey, rsaPssVerify } from '@pocket-hsm/crypto'
 *
 * const key = makeRsaPublicKey((1n << 2047n) + 1n, 65537n)
 * rsaPssVerify(key, { hash: 'SHA-256' }, new Uint8Array(32), new Uint8Array(256)) // false
 * ```
 */
export function rsaPssVerify(
  key: RsaKey,
  parameters: PssParameters,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { hash, mgfHash, saltLength, emBits, emLen } = resolve(key, parameters, digest)
  requireBytes('The signature', signature)
  const { n, k } = rsaPublicNumbers(key)
  const representative = bytesToBigInt(signature)
  if (signature.length !== k || representative >= n) return false
  const number = applyPublicExponent(key, representative)
  // Section 8.1.2 step 2.c and section 9.1.2 step 6: the bits above emBits are 0.
  if (number >> BigInt(emBits) !== 0n) return false
  const em = bigIntToBytes(number, emLen)
  const hLen = digest.length
  const h = em.subarray(emLen - hLen - 1, emLen - 1)
  const maskedDb = em.subarray(0, emLen - hLen - 1)
  const db = applyMask(maskedDb, mgf1(mgfHash, h, maskedDb.length), emBits)
  const salt = db.subarray(db.length - saltLength)
  const padding = new Uint8Array(db.length - saltLength)
  padding[padding.length - 1] = 1
  if (em[emLen - 1] !== TRAILER[0]) return false
  if (!equalBytes(db.subarray(0, padding.length), padding)) return false
  return equalBytes(h, hashOf(hash, concatBytes(PADDING1, digest, salt)))
}

function resolve(key: RsaKey, parameters: PssParameters, digest: Uint8Array) {
  const { hash, mgfHash = hash } = requireObject('The parameters', parameters)
  const hLen = requireDigestOf(hash, digest)
  digestLengthOf('mgfHash', mgfHash)
  const saltLength = parameters.saltLength ?? hLen
  rsaPublicNumbers(key)
  // Section 8.1.1: the encoded message is one bit shorter than n, so that it is a number below n.
  const emBits = key.bits - 1
  const emLen = Math.ceil(emBits / 8)
  const maximum = emLen - hLen - 2
  if (maximum < 0) {
    throw cryptoError('INVALID_ARGUMENT', `The key is too short for PSS with ${hash}.`)
  }
  if (!Number.isInteger(saltLength) || saltLength < 0 || saltLength > maximum) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `The salt length for this key must be a whole number from 0 to ${maximum}.`,
    )
  }
  return { hash, mgfHash, saltLength, emBits, emLen }
}

/** Masks or unmasks, and clears the bits above emBits (section 9.1.1 steps 10 and 11). */
function applyMask(db: Uint8Array, mask: Uint8Array, emBits: number): Uint8Array {
  const result = db.map((byte, i) => byte ^ (mask[i] ?? 0))
  result[0] = (result[0] ?? 0) & (0xff >> ((8 - (emBits % 8)) % 8))
  return result
}

/** Section 9.1.1 step 5. */
const PADDING1 = new Uint8Array(8)
const TRAILER = Uint8Array.of(0xbc)
