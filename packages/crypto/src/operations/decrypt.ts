/** Decryption with any algorithm of the tables. */

import { aesCbcDecrypt } from '../aes/aes-cbc.ts'
import { aesGcmDecrypt } from '../aes/aes-gcm.ts'
import type {
  AesCbcAlgorithm,
  AesGcmAlgorithm,
  Algorithm,
  RsaOaepAlgorithm,
  RsaPkcs1EncryptionAlgorithm,
} from '../algorithms/algorithm-rows.ts'
import {
  rejectParameters,
  requireLength,
  type SchemeTable,
  schemeFunction,
} from '../algorithms/fit.ts'
import { requireBytes, requireObject } from '../checks/arguments.ts'
import type { KeyMaterial, OctKey, RsaKey } from '../key-material.ts'
import { rsaOaepDecrypt } from '../rsa/rsa-oaep.ts'
import { rsaPkcs1Decrypt } from '../rsa/rsa-pkcs1-encryption.ts'
import { Secret } from '../secret.ts'

/** The parameters of a decryption: the same values that the encryption took and returned. */
export interface DecryptParameters {
  /** GCM: 12 bytes. CBC: 16 bytes. RSA: none. */
  readonly iv?: Uint8Array
  /** Additional authenticated data, GCM only: any number of bytes. */
  readonly aad?: Uint8Array
  /** Authentication tag, GCM only: 16 bytes. */
  readonly tag?: Uint8Array
}

/**
 * Decrypts a ciphertext.
 *
 * The arguments are neither kept nor changed. A wrong ciphertext, tag or padding throws one and the same error.
 *
 * @param key - A private or symmetric key of the algorithm's type, curve and size.
 * @param algorithm - A row of the tables that supports `decrypt`.
 * @param ciphertext - The ciphertext that {@link encrypt} returned.
 * @param parameters - IV, tag and AAD, if the algorithm uses them.
 * @returns A fresh array: the plaintext. CBC padded with zeros returns the zeros too.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a key that does not fit or has
 * no private part, an IV or tag that is missing or of another length, a parameter that the algorithm does not use.
 * @throws {@link CryptoError} `OPERATION_FAILED` - the ciphertext, tag, AAD or padding is wrong.
 *
 * @example
 * ```ts
 * import { AES_ALGORITHMS, decrypt, isCryptoError, makeOctKey } from '@pocket-hsm/crypto'
 *
 * const algorithm = AES_ALGORITHMS.A128CBCPAD
 * try {
 *   decrypt(makeOctKey(new Uint8Array(16)), algorithm, new Uint8Array(16), { iv: new Uint8Array(16) })
 * } catch (error) {
 *   if (!isCryptoError(error)) throw error
 *   error.code // 'OPERATION_FAILED'
 * }
 * ```
 */
export function decrypt(
  key: KeyMaterial,
  algorithm: Algorithm,
  ciphertext: Uint8Array,
  parameters: DecryptParameters,
): Uint8Array {
  const decryptWith = schemeFunction(DECRYPTERS, key, algorithm, 'decrypt')
  requireBytes('The ciphertext', ciphertext)
  requireObject('The parameters', parameters)
  for (const name of ['iv', 'aad', 'tag'] as const) {
    if (parameters[name] !== undefined) requireBytes(`The ${name}`, parameters[name])
  }
  return decryptWith(key, algorithm, ciphertext, parameters)
}

const DECRYPTERS: SchemeTable<[Uint8Array, DecryptParameters], Uint8Array> = Object.freeze({
  'rsaes-oaep': decryptOaep,
  'rsaes-pkcs1-v1_5': decryptPkcs1,
  'aes-gcm': decryptGcm,
  'aes-cbc': decryptCbc,
})

function decryptOaep(
  key: RsaKey,
  algorithm: RsaOaepAlgorithm,
  ciphertext: Uint8Array,
  { iv, aad, tag }: DecryptParameters,
): Uint8Array {
  rejectParameters('decrypt', algorithm, { iv, aad, tag })
  return rsaOaepDecrypt(key, { hash: algorithm.hash }, ciphertext)
}

function decryptPkcs1(
  key: RsaKey,
  algorithm: RsaPkcs1EncryptionAlgorithm,
  ciphertext: Uint8Array,
  { iv, aad, tag }: DecryptParameters,
): Uint8Array {
  rejectParameters('decrypt', algorithm, { iv, aad, tag })
  return rsaPkcs1Decrypt(key, ciphertext)
}

function decryptGcm(
  key: OctKey,
  algorithm: AesGcmAlgorithm,
  ciphertext: Uint8Array,
  parameters: DecryptParameters,
): Uint8Array {
  const { aad = EMPTY } = parameters
  const iv = requireLength(algorithm, 'an iv', parameters.iv, algorithm.ivLength)
  const tag = requireLength(algorithm, 'a tag', parameters.tag, algorithm.tagLength)
  return aesGcmDecrypt(Secret.reveal(key.secretKey), ciphertext, { iv, aad, tag })
}

function decryptCbc(
  key: OctKey,
  algorithm: AesCbcAlgorithm,
  ciphertext: Uint8Array,
  { iv: given, aad, tag }: DecryptParameters,
): Uint8Array {
  rejectParameters('decrypt', algorithm, { aad, tag })
  const iv = requireLength(algorithm, 'an iv', given, algorithm.ivLength)
  const { padding } = algorithm
  return aesCbcDecrypt(Secret.reveal(key.secretKey), ciphertext, { iv, padding })
}

const EMPTY = new Uint8Array(0)
