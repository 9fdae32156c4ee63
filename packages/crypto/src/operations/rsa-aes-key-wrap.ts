/** RSA AES key wrap: RSA-OAEP wraps an AES key, and KWP under that key wraps the target (CKM_RSA_AES_KEY_WRAP). */

import { concatBytes } from '@noble/hashes/utils.js'
import { isAesKeyLength } from '../aes/aes-key.ts'
import { aesKwpUnwrap, aesKwpWrap } from '../aes/aes-key-wrap.ts'
import { type AlgorithmTable, algorithmTable, rowOf } from '../algorithms/algorithm-table.ts'
import type { KnownLiteral } from '../algorithms/known-literal.ts'
import { requireBytes, requireFunction, requireObject } from '../checks/arguments.ts'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import type { HashName } from '../hash/hashes.ts'
import type { RsaKey } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { rsaOaepDecrypt, rsaOaepEncrypt } from '../rsa/rsa-oaep.ts'
import { rsaPublicNumbers } from '../rsa/rsa-primitives.ts'

/** A row of {@link RSA_AES_KEY_WRAP_ALGORITHMS}. */
export interface RsaAesKeyWrapAlgorithm {
  readonly alg: 'CKM_RSA_AES_KEY_WRAP' | 'RSA_AES_KEY_WRAP_256' | 'RSA_AES_KEY_WRAP_384'
  /** Hash of OAEP's label and of MGF1; the label is empty. */
  readonly hash: HashName
}

/** The algorithms of key transfer and release, by the service's names for them. */
export const RSA_AES_KEY_WRAP_ALGORITHMS: AlgorithmTable<RsaAesKeyWrapAlgorithm> =
  /* @__PURE__ */ algorithmTable<RsaAesKeyWrapAlgorithm>([
    { alg: 'CKM_RSA_AES_KEY_WRAP', hash: 'SHA-1' },
    { alg: 'RSA_AES_KEY_WRAP_256', hash: 'SHA-256' },
    { alg: 'RSA_AES_KEY_WRAP_384', hash: 'SHA-384' },
  ])

/**
 * Finds an algorithm of key transfer and release by its exact, case-sensitive name.
 *
 * @param alg - A literal has to be a known name; a `string` variable may hold anything.
 * @returns The row; for a `string` variable, or a value that is not a string, `undefined` when there is no such row.
 *
 * @example
 * ```ts
 * import { findRsaAesKeyWrapAlgorithm } from '@pocket-hsm/crypto'
 *
 * findRsaAesKeyWrapAlgorithm('RSA_AES_KEY_WRAP_384').hash // 'SHA-384'
 * ```
 */
export function findRsaAesKeyWrapAlgorithm(
  alg: RsaAesKeyWrapAlgorithm['alg'],
): RsaAesKeyWrapAlgorithm
export function findRsaAesKeyWrapAlgorithm<Given extends string>(
  alg: KnownLiteral<RsaAesKeyWrapAlgorithm['alg'], Given>,
): RsaAesKeyWrapAlgorithm | undefined
export function findRsaAesKeyWrapAlgorithm(alg: string): RsaAesKeyWrapAlgorithm | undefined {
  return rowOf(RSA_AES_KEY_WRAP_ALGORITHMS, alg)
}

/**
 * Wraps bytes of any length under an RSA key.
 *
 * The intermediate AES key is drawn from `random` and erased after use.
 *
 * @param kek - RSA key of 1024 to 8192 bits; the public part is enough.
 * @param algorithm - A row of {@link RSA_AES_KEY_WRAP_ALGORITHMS}.
 * @param target - 1 byte or more: PKCS#8 for an asymmetric key, the bytes themselves for a symmetric one.
 * @param aesBits - Size of the AES key: 128, 192 or 256.
 * @param random - Source of the AES key first, of OAEP's seed second.
 * @returns A fresh array of k + 8·ceil(length / 8) + 8 bytes, k being the length of n.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, an empty target, another size of
 * AES key, or an RSA key too short for the hash.
 * @see PKCS #11 v3.1 "RSA AES KEY WRAP"; Azure Key Vault "BYOK specification"
 *
 * @example
 * ```ts
 * import { makeRsaPublicKey, RSA_AES_KEY_WRAP_ALGORITHMS, wrapRsaAes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const kek = makeRsaPublicKey((1n << 2047n) + 1n, 65537n)
 * const algorithm = RSA_AES_KEY_WRAP_ALGORITHMS.CKM_RSA_AES_KEY_WRAP
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
  requireObject('The algorithm', algorithm)
  requireBytes('The target', target)
  requireFunction('The random source', random)
  if (!Number.isInteger(aesBits) || !isAesKeyLength(aesBits / 8)) {
    throw cryptoError('INVALID_ARGUMENT', 'An AES key has 128, 192 or 256 bits.')
  }
  const aesKey = drawBytes(random, aesBits / 8)
  const wrappedTarget = aesKwpWrap(aesKey, target)
  const wrappedKey = rsaOaepEncrypt(kek, { hash: algorithm.hash }, aesKey, random)
  aesKey.fill(0)
  return concatBytes(wrappedKey, wrappedTarget)
}

/**
 * Unwraps bytes that {@link wrapRsaAes} wrapped, with an AES key of any size.
 *
 * @param kek - RSA private key of 1024 to 8192 bits.
 * @param algorithm - The row that was used to wrap.
 * @param wrapped - The bytes that {@link wrapRsaAes} returned.
 * @returns A fresh array, 1 byte or more.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a key without its private
 * part, or one too short for the hash.
 * @throws {@link CryptoError} `OPERATION_FAILED` - another key, altered bytes, an impossible length.
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
 * const algorithm = RSA_AES_KEY_WRAP_ALGORITHMS.RSA_AES_KEY_WRAP_384
 * const wrapped = wrapRsaAes(kek, algorithm, new Uint8Array(33), 128, random)
 * unwrapRsaAes(kek, algorithm, wrapped).length // 33
 * ```
 */
export function unwrapRsaAes(
  kek: RsaKey,
  algorithm: RsaAesKeyWrapAlgorithm,
  wrapped: Uint8Array,
): Uint8Array {
  requireObject('The algorithm', algorithm)
  requireBytes('The wrapped key', wrapped)
  const { k } = rsaPublicNumbers(kek)
  const aesKey = rsaOaepDecrypt(kek, { hash: algorithm.hash }, wrapped.subarray(0, k))
  if (!isAesKeyLength(aesKey.length)) throw operationFailed()
  const target = aesKwpUnwrap(aesKey, wrapped.subarray(k))
  aesKey.fill(0)
  return target
}
