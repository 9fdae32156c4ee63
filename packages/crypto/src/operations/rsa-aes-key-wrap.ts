/** RSA AES key wrap: an AES key under RSA-OAEP, the target under that AES key with KWP (PKCS #11, CKM_RSA_AES_KEY_WRAP). */

import { concatBytes } from '@noble/hashes/utils.js'
import { isAesKeyLength } from '../aes/aes-key.ts'
import { aesKwpUnwrap, aesKwpWrap } from '../aes/aes-key-wrap.ts'
import { type AlgorithmTable, table } from '../algorithms/algorithms.ts'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import type { HashName } from '../hash/hashes.ts'
import type { RsaKey } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { rsaOaepDecrypt, rsaOaepEncrypt } from '../rsa/rsa-oaep.ts'
import { rsaPublicNumbers } from '../rsa/rsa-primitives.ts'

/** A row of {@link RSA_AES_KEY_WRAP_ALGORITHMS}. */
export interface RsaAesKeyWrapAlgorithm {
  readonly alg: string
  /** Hash of OAEP's label and of MGF1; the label is empty. */
  readonly hash: HashName
}

/** The algorithms of key transfer and release, by the names that the service gives them. */
export const RSA_AES_KEY_WRAP_ALGORITHMS: AlgorithmTable<RsaAesKeyWrapAlgorithm> =
  /* @__PURE__ */ table<RsaAesKeyWrapAlgorithm>([
    { alg: 'CKM_RSA_AES_KEY_WRAP', hash: 'SHA-1' },
    { alg: 'RSA_AES_KEY_WRAP_256', hash: 'SHA-256' },
    { alg: 'RSA_AES_KEY_WRAP_384', hash: 'SHA-384' },
  ])

/**
 * Wraps bytes of any length under an RSA key.
 *
 * The AES key between them is made of `random` and forgotten.
 *
 * @param kek - RSA key of 1024 to 8192 bits; the public part is enough.
 * @param algorithm - A row of {@link RSA_AES_KEY_WRAP_ALGORITHMS}.
 * @param target - 1 byte or more: PKCS#8 for an asymmetric key, the bytes themselves for a symmetric one.
 * @param aesBits - Size of the AES key: 128, 192 or 256.
 * @param random - Source of the AES key, then of OAEP's seed.
 * @returns A fresh array of k + 8·ceil(length / 8) + 8 bytes, k being the length of n.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an empty target, another size of AES key, an RSA key too
 * short for the hash.
 * @see PKCS #11 v3.1 "RSA AES KEY WRAP"; Azure Key Vault "BYOK specification"
 *
 * @example
 * ```ts
 * import { makeRsaPublicKey, RSA_AES_KEY_WRAP_ALGORITHMS, wrapRsaAes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const kek = makeRsaPublicKey((1n << 2047n) + 1n, 65537n)
 * const algorithm = RSA_AES_KEY_WRAP_ALGORITHMS['CKM_RSA_AES_KEY_WRAP']
 * if (algorithm === undefined) throw new Error('no such algorithm')
 * wrapRsaAes(kek, algorithm, random(32), 256, random).length // 296
 * ```
 */
export function wrapRsaAes(
  kek: RsaKey,
  algorithm: RsaAesKeyWrapAlgorithm,
  target: Uint8Array,
  aesBits: number,
  random: RandomSource,
): Uint8Array {
  if (!isAesKeyLength(aesBits / 8)) {
    throw cryptoError('INVALID_ARGUMENT', 'An AES key has 128, 192 or 256 bits.')
  }
  const aesKey = drawBytes(random, aesBits / 8)
  const wrappedTarget = aesKwpWrap(aesKey, target)
  const wrappedKey = rsaOaepEncrypt(kek, { hash: algorithm.hash }, aesKey, random)
  aesKey.fill(0)
  return concatBytes(wrappedKey, wrappedTarget)
}

/**
 * Unwraps what {@link wrapRsaAes} wrapped, whichever size its AES key had.
 *
 * @param kek - RSA private key of 1024 to 8192 bits.
 * @param algorithm - As it was to wrap.
 * @param wrapped - What wrapping gave.
 * @returns A fresh array, 1 byte or more.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key without its private part, or too short for the hash.
 * @throws {@link CryptoError} `OPERATION_FAILED` - anything else.
 * @see PKCS #11 v3.1 "RSA AES KEY WRAP"; Azure Key Vault "BYOK specification"
 *
 * @example
 * ```ts
 * import {
 *   generateKey,
 *   RSA_AES_KEY_WRAP_ALGORITHMS,
 *   unwrapRsaAes,
 *   wrapRsaAes,
 * } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const kek = generateKey({ kty: 'RSA', bits: 2048 }, random)
 * const algorithm = RSA_AES_KEY_WRAP_ALGORITHMS['RSA_AES_KEY_WRAP_384']
 * if (kek.kty !== 'RSA' || algorithm === undefined) throw new Error('no such key or algorithm')
 * const wrapped = wrapRsaAes(kek, algorithm, new Uint8Array(33), 128, random)
 * unwrapRsaAes(kek, algorithm, wrapped).length // 33
 * ```
 */
export function unwrapRsaAes(
  kek: RsaKey,
  algorithm: RsaAesKeyWrapAlgorithm,
  wrapped: Uint8Array,
): Uint8Array {
  const { k } = rsaPublicNumbers(kek)
  const aesKey = rsaOaepDecrypt(kek, { hash: algorithm.hash }, wrapped.subarray(0, k))
  if (!isAesKeyLength(aesKey.length)) throw operationFailed()
  const target = aesKwpUnwrap(aesKey, wrapped.subarray(k))
  aesKey.fill(0)
  return target
}
