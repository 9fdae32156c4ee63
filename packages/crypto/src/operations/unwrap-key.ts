/** Unwrapping keys with any algorithm of the tables. */

import { aesKwpUnwrap, aesKwUnwrap } from '../aes/aes-key-wrap.ts'
import type {
  AesKeyWrapAlgorithm,
  Algorithm,
  RsaOaepAlgorithm,
} from '../algorithms/algorithm-rows.ts'
import { type SchemeTable, schemeFunction } from '../algorithms/fit.ts'
import { requireBytes } from '../checks/arguments.ts'
import type { KeyMaterial, OctKey, RsaKey } from '../key-material.ts'
import { rsaOaepDecrypt } from '../rsa/rsa-oaep.ts'
import { rsaPkcs1Decrypt } from '../rsa/rsa-pkcs1-encryption.ts'
import { Secret } from '../secret.ts'

/**
 * Unwraps a key.
 *
 * The arguments are neither kept nor changed. Any fault of the wrapped bytes throws one and the same error.
 *
 * @param key - The KEK: a private or symmetric key of the algorithm's type and size.
 * @param algorithm - A row of the tables that supports `unwrapKey`.
 * @param wrapped - The bytes that {@link wrapKey} returned.
 * @returns A fresh array: the bytes that were wrapped.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, or a key that does not fit or
 * has no private part.
 * @throws {@link CryptoError} `OPERATION_FAILED` - another key, altered bytes, an impossible length.
 *
 * @example
 * ```ts
 * import { AES_ALGORITHMS, isCryptoError, makeOctKey, unwrapKey } from '@pocket-hsm/crypto'
 *
 * const algorithm = AES_ALGORITHMS.A128KW
 * try {
 *   unwrapKey(makeOctKey(new Uint8Array(16)), algorithm, new Uint8Array(24))
 * } catch (error) {
 *   if (!isCryptoError(error)) throw error
 *   error.code // 'OPERATION_FAILED'
 * }
 * ```
 */
export function unwrapKey(key: KeyMaterial, algorithm: Algorithm, wrapped: Uint8Array): Uint8Array {
  const unwrapWith = schemeFunction(UNWRAPPERS, key, algorithm, 'unwrapKey')
  requireBytes('The wrapped key', wrapped)
  return unwrapWith(key, algorithm, wrapped)
}

const UNWRAPPERS: SchemeTable<[Uint8Array], Uint8Array> = Object.freeze({
  'rsaes-oaep': (key: RsaKey, { hash }: RsaOaepAlgorithm, wrapped: Uint8Array) =>
    rsaOaepDecrypt(key, { hash }, wrapped),
  'rsaes-pkcs1-v1_5': (key: RsaKey, _: Algorithm, wrapped: Uint8Array) =>
    rsaPkcs1Decrypt(key, wrapped),
  'aes-kw': (key: OctKey, _: AesKeyWrapAlgorithm, wrapped: Uint8Array) =>
    aesKwUnwrap(Secret.reveal(key.secretKey), wrapped),
  'aes-kwp': (key: OctKey, _: AesKeyWrapAlgorithm, wrapped: Uint8Array) =>
    aesKwpUnwrap(Secret.reveal(key.secretKey), wrapped),
})
