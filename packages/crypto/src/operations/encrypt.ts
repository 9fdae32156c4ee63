/** Encryption with any algorithm of the tables. */

import { aesCbcEncrypt } from '../aes/aes-cbc.ts'
import { aesGcmEncrypt } from '../aes/aes-gcm.ts'
import type {
  AesCbcAlgorithm,
  AesGcmAlgorithm,
  Algorithm,
  RsaOaepAlgorithm,
  RsaPkcs1EncryptionAlgorithm,
} from '../algorithms/algorithm-rows.ts'
import { rejectParameters, type SchemeTable, schemeFunction } from '../algorithms/fit.ts'
import { requireBytes, requireFunction, requireObject } from '../checks/arguments.ts'
import type { KeyMaterial, OctKey, RsaKey } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { rsaOaepEncrypt } from '../rsa/rsa-oaep.ts'
import { rsaPkcs1Encrypt } from '../rsa/rsa-pkcs1-encryption.ts'
import { Secret } from '../secret.ts'

/** The parameters of an encryption. */
export interface EncryptParameters {
  /** CBC only: 16 bytes, drawn from `random` by default. GCM always draws its IV: a repeated one reveals the key. */
  readonly iv?: Uint8Array
  /** Additional authenticated data, GCM only: any number of bytes. */
  readonly aad?: Uint8Array
}

/** The result of an encryption. */
export interface Encrypted {
  readonly ciphertext: Uint8Array
  /** The IV that was used. GCM: 12 bytes. CBC: 16 bytes. RSA: none. */
  readonly iv?: Uint8Array
  /** Authentication tag, GCM only: 16 bytes. */
  readonly tag?: Uint8Array
}

/**
 * Encrypts a plaintext.
 *
 * The arguments are neither kept nor changed. The same `random` gives the same result.
 *
 * | scheme | plaintext | ciphertext | draws |
 * | --- | --- | --- | --- |
 * | OAEP | 0 to k - 2·hLen - 2 bytes | k bytes | the seed |
 * | PKCS#1 v1.5 | 0 to k - 11 bytes | k bytes | the padding |
 * | GCM | any number | the same number | the IV |
 * | CBC, padded with zeros | 1 or more | 16·ceil(length / 16) | the IV, if not passed |
 * | CBC, PKCS#7 | any number | 16·(floor(length / 16) + 1) | the IV, if not passed |
 *
 * @param key - A key of the algorithm's type and size; for RSA the public part is enough.
 * @param algorithm - A row of the tables that supports `encrypt`.
 * @param plaintext - As many bytes as the table allows.
 * @param parameters - IV and AAD, if the algorithm uses them.
 * @param random - Source of the bytes that are drawn, see the table.
 * @returns Fresh arrays: the ciphertext, and IV and tag if the algorithm has them.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a key that does not fit, a length
 * outside the table, a parameter that the algorithm does not use.
 *
 * @example
 * ```ts
 * import { AES_ALGORITHMS, encrypt, generateKey, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'oct', bits: 256 }, random)
 * const algorithm = AES_ALGORITHMS.A256GCM
 * const { iv, tag } = encrypt(key, algorithm, utf8ToBytes('order 1'), {}, random)
 * iv?.length // 12
 * tag?.length // 16
 * ```
 */
export function encrypt(
  key: KeyMaterial,
  algorithm: Algorithm,
  plaintext: Uint8Array,
  parameters: EncryptParameters,
  random: RandomSource,
): Encrypted {
  const encryptWith = schemeFunction(ENCRYPTERS, key, algorithm, 'encrypt')
  requireBytes('The plaintext', plaintext)
  requireObject('The parameters', parameters)
  requireFunction('The random source', random)
  for (const name of ['iv', 'aad'] as const) {
    if (parameters[name] !== undefined) requireBytes(`The ${name}`, parameters[name])
  }
  return encryptWith(key, algorithm, plaintext, parameters, random)
}

const ENCRYPTERS: SchemeTable<[Uint8Array, EncryptParameters, RandomSource], Encrypted> =
  Object.freeze({
    'rsaes-oaep': encryptOaep,
    'rsaes-pkcs1-v1_5': encryptPkcs1,
    'aes-gcm': encryptGcm,
    'aes-cbc': encryptCbc,
  })

function encryptOaep(
  key: RsaKey,
  algorithm: RsaOaepAlgorithm,
  plaintext: Uint8Array,
  { iv, aad }: EncryptParameters,
  random: RandomSource,
): Encrypted {
  rejectParameters('encrypt', algorithm, { iv, aad })
  return { ciphertext: rsaOaepEncrypt(key, { hash: algorithm.hash }, plaintext, random) }
}

function encryptPkcs1(
  key: RsaKey,
  algorithm: RsaPkcs1EncryptionAlgorithm,
  plaintext: Uint8Array,
  { iv, aad }: EncryptParameters,
  random: RandomSource,
): Encrypted {
  rejectParameters('encrypt', algorithm, { iv, aad })
  return { ciphertext: rsaPkcs1Encrypt(key, plaintext, random) }
}

function encryptGcm(
  key: OctKey,
  algorithm: AesGcmAlgorithm,
  plaintext: Uint8Array,
  parameters: EncryptParameters,
  random: RandomSource,
): Encrypted {
  rejectParameters('encrypt', algorithm, { iv: parameters.iv })
  const { aad = EMPTY } = parameters
  const iv = drawBytes(random, algorithm.ivLength)
  const { ciphertext, tag } = aesGcmEncrypt(Secret.reveal(key.secretKey), plaintext, { iv, aad })
  return { ciphertext, iv, tag }
}

function encryptCbc(
  key: OctKey,
  algorithm: AesCbcAlgorithm,
  plaintext: Uint8Array,
  { iv: given, aad }: EncryptParameters,
  random: RandomSource,
): Encrypted {
  rejectParameters('encrypt', algorithm, { aad })
  const { ivLength, padding } = algorithm
  const iv = given === undefined ? drawBytes(random, ivLength) : Uint8Array.from(given)
  return { ciphertext: aesCbcEncrypt(Secret.reveal(key.secretKey), plaintext, { iv, padding }), iv }
}

const EMPTY = new Uint8Array(0)
