/** Decryption by any algorithm of the tables. */

import { aesCbcDecrypt } from '../aes/aes-cbc.ts'
import { openGcm } from '../aes/aes-gcm.ts'
import { gcmKeyOf } from '../aes/gcm-key.ts'
import type {
  AesCbcAlgorithm,
  AesGcmAlgorithm,
  Algorithm,
  RsaOaepAlgorithm,
  RsaPkcs1EncryptionAlgorithm,
} from '../algorithms/algorithms.ts'
import { fitting, refuseParameters, requireBytes, type SchemeTable } from '../algorithms/fit.ts'
import type { KeyMaterial, OctKey, RsaKey } from '../key-material.ts'
import { rsaOaepDecrypt } from '../rsa/rsa-oaep.ts'
import { rsaPkcs1Decrypt } from '../rsa/rsa-pkcs1-encryption.ts'
import { Secret } from '../secret.ts'

/** What may go into a decryption beside key and ciphertext: all of it as it came out of the encryption. */
export interface DecryptParameters {
  /** GCM 12 bytes, CBC 16, RSA none. */
  readonly iv?: Uint8Array
  /** For GCM, any number of bytes. */
  readonly aad?: Uint8Array
  /** For GCM, 16 bytes. */
  readonly tag?: Uint8Array
}

/**
 * Decrypts a ciphertext.
 *
 * Nothing given is kept or changed. What is wrong with the ciphertext, its tag or its padding gets one and the
 * same answer.
 *
 * @param key - A private or symmetric key that fits the algorithm.
 * @param algorithm - A row of the tables that serves `decrypt`.
 * @param ciphertext - What encrypting gave.
 * @param parameters - IV, tag and AAD, where the algorithm takes them.
 * @returns A fresh array: the plaintext; of CBC padded with zeros, the zeros too.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key that does not fit or has no private part, an IV or tag
 * that is absent or of another length, a parameter that the algorithm does not take.
 * @throws {@link CryptoError} `OPERATION_FAILED` - anything else.
 *
 * @example
 * ```ts
 * import { AES_ALGORITHMS, decrypt, isCryptoError, makeOctKey } from '@pocket-hsm/crypto'
 *
 * const algorithm = AES_ALGORITHMS['A128CBCPAD']
 * if (algorithm === undefined) throw new Error('no such algorithm')
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
  const decryptWith = fitting(DECRYPTERS, key, algorithm, 'decrypt')
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
  refuseParameters(algorithm, { iv, aad, tag })
  return rsaOaepDecrypt(key, { hash: algorithm.hash }, ciphertext)
}

function decryptPkcs1(
  key: RsaKey,
  algorithm: RsaPkcs1EncryptionAlgorithm,
  ciphertext: Uint8Array,
  { iv, aad, tag }: DecryptParameters,
): Uint8Array {
  refuseParameters(algorithm, { iv, aad, tag })
  return rsaPkcs1Decrypt(key, ciphertext)
}

function decryptGcm(
  key: OctKey,
  algorithm: AesGcmAlgorithm,
  ciphertext: Uint8Array,
  parameters: DecryptParameters,
): Uint8Array {
  const { aad = NOTHING } = parameters
  const iv = requireBytes(algorithm, 'an iv', parameters.iv, algorithm.ivLength)
  const tag = requireBytes(algorithm, 'a tag', parameters.tag, algorithm.tagLength)
  return openGcm(gcmKeyOf(key), ciphertext, { iv, aad, tag })
}

function decryptCbc(
  key: OctKey,
  algorithm: AesCbcAlgorithm,
  ciphertext: Uint8Array,
  { iv: given, aad, tag }: DecryptParameters,
): Uint8Array {
  refuseParameters(algorithm, { aad, tag })
  const iv = requireBytes(algorithm, 'an iv', given, algorithm.ivLength)
  const { padding } = algorithm
  return aesCbcDecrypt(Secret.reveal(key.secretKey), ciphertext, { iv, padding })
}

const NOTHING = new Uint8Array(0)
