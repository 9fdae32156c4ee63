/** Wrapping keys with any algorithm of the tables. */

import { aesKwpWrap, aesKwWrap } from '../aes/aes-key-wrap.ts'
import type {
  AesKeyWrapAlgorithm,
  Algorithm,
  RsaOaepAlgorithm,
} from '../algorithms/algorithm-rows.ts'
import { type SchemeTable, schemeFunction } from '../algorithms/fit.ts'
import { requireBytes, requireFunction } from '../checks/arguments.ts'
import type { KeyMaterial, OctKey, RsaKey } from '../key-material.ts'
import type { RandomSource } from '../random/random-source.ts'
import { rsaOaepEncrypt } from '../rsa/rsa-oaep.ts'
import { rsaPkcs1Encrypt } from '../rsa/rsa-pkcs1-encryption.ts'
import { Secret } from '../secret.ts'

/**
 * Wraps a key.
 *
 * The arguments are neither kept nor changed. AES key wrap is deterministic; RSA draws its seed or padding.
 *
 * | scheme | `keyData` | wrapped |
 * | --- | --- | --- |
 * | OAEP | 0 to k - 2·hLen - 2 bytes | k bytes |
 * | PKCS#1 v1.5 | 0 to k - 11 bytes | k bytes |
 * | AES-KW | 16 bytes or more, a multiple of 8 | 8 bytes more |
 * | AES-KWP | 1 byte or more | 8·ceil(length / 8) + 8 bytes |
 *
 * @param key - The KEK: a key of the algorithm's type and size; for RSA the public part is enough.
 * @param algorithm - A row of the tables that supports `wrapKey`.
 * @param keyData - The key to wrap, of a length that the table allows.
 * @param random - Source of RSA's seed or padding.
 * @returns A fresh array.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a key that does not fit, or a
 * length outside the table.
 *
 * @example
 * ```ts
 * import { AES_ALGORITHMS, makeOctKey, unwrapKey, wrapKey } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const kek = makeOctKey(random(32))
 * const algorithm = AES_ALGORITHMS.A256KW
 * const wrapped = wrapKey(kek, algorithm, random(32), random)
 * wrapped.length // 40
 * unwrapKey(kek, algorithm, wrapped).length // 32
 * ```
 */
export function wrapKey(
  key: KeyMaterial,
  algorithm: Algorithm,
  keyData: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const wrapWith = schemeFunction(WRAPPERS, key, algorithm, 'wrapKey')
  requireBytes('The key data', keyData)
  requireFunction('The random source', random)
  return wrapWith(key, algorithm, keyData, random)
}

const WRAPPERS: SchemeTable<[Uint8Array, RandomSource], Uint8Array> = Object.freeze({
  'rsaes-oaep': (
    key: RsaKey,
    { hash }: RsaOaepAlgorithm,
    keyData: Uint8Array,
    random: RandomSource,
  ) => rsaOaepEncrypt(key, { hash }, keyData, random),
  'rsaes-pkcs1-v1_5': (key: RsaKey, _: Algorithm, keyData: Uint8Array, random: RandomSource) =>
    rsaPkcs1Encrypt(key, keyData, random),
  'aes-kw': (key: OctKey, _: AesKeyWrapAlgorithm, keyData: Uint8Array) =>
    aesKwWrap(Secret.reveal(key.secretKey), keyData),
  'aes-kwp': (key: OctKey, _: AesKeyWrapAlgorithm, keyData: Uint8Array) =>
    aesKwpWrap(Secret.reveal(key.secretKey), keyData),
})
