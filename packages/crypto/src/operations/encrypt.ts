/** Encryption by any algorithm of the tables. */

import { aesCbcEncrypt } from '../aes/aes-cbc.ts'
import { sealGcm } from '../aes/aes-gcm.ts'
import { gcmKeyOf } from '../aes/gcm-key.ts'
import type {
  AesCbcAlgorithm,
  AesGcmAlgorithm,
  Algorithm,
  RsaOaepAlgorithm,
  RsaPkcs1EncryptionAlgorithm,
} from '../algorithms/algorithms.ts'
import { fitting, refuseParameters, type SchemeTable } from '../algorithms/fit.ts'
import type { KeyMaterial, OctKey, RsaKey } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { rsaOaepEncrypt } from '../rsa/rsa-oaep.ts'
import { rsaPkcs1Encrypt } from '../rsa/rsa-pkcs1-encryption.ts'
import { Secret } from '../secret.ts'

/** What may go into an encryption beside key and plaintext. */
export interface EncryptParameters {
  /** For CBC, 16 bytes; drawn where absent. GCM always draws its own: a repeated one would give the key away. */
  readonly iv?: Uint8Array
  /** For GCM, any number of bytes. */
  readonly aad?: Uint8Array
}

/** What comes out of an encryption. */
export interface Encrypted {
  readonly ciphertext: Uint8Array
  /** The IV that was used: GCM 12 bytes, CBC 16, RSA none. */
  readonly iv?: Uint8Array
  /** GCM's tag, 16 bytes. */
  readonly tag?: Uint8Array
}

/**
 * Encrypts a plaintext.
 *
 * Nothing given is kept or changed. The same `random` gives the same result.
 *
 * | scheme | plaintext | ciphertext | draws |
 * | --- | --- | --- | --- |
 * | OAEP | 0 to k - 2·hLen - 2 bytes | k bytes | the seed |
 * | PKCS#1 v1.5 | 0 to k - 11 bytes | k bytes | the padding |
 * | GCM | any number | as many | the IV |
 * | CBC, padded with zeros | 1 or more | 16·ceil(length / 16) | the IV, unless given |
 * | CBC, PKCS#7 | any number | 16·(floor(length / 16) + 1) | the IV, unless given |
 *
 * @param key - A key that fits the algorithm; of an RSA key the public part is enough.
 * @param algorithm - A row of the tables that serves `encrypt`.
 * @param plaintext - Bytes, as many as the table says.
 * @param parameters - IV and AAD, where the algorithm takes them.
 * @param random - Source of what the table says is drawn.
 * @returns Fresh arrays: the ciphertext, and IV and tag where the algorithm has them.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key that does not fit, a length outside the table, a
 * parameter that the algorithm does not take.
 *
 * @example
 * ```ts
 * import { AES_ALGORITHMS, encrypt, generateKey, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'oct', bits: 256 }, random)
 * const algorithm = AES_ALGORITHMS['A256GCM']
 * if (algorithm === undefined) throw new Error('no such algorithm')
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
  const encryptWith = fitting(ENCRYPTERS, key, algorithm, 'encrypt')
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
  refuseParameters(algorithm, { iv, aad })
  return { ciphertext: rsaOaepEncrypt(key, { hash: algorithm.hash }, plaintext, random) }
}

function encryptPkcs1(
  key: RsaKey,
  algorithm: RsaPkcs1EncryptionAlgorithm,
  plaintext: Uint8Array,
  { iv, aad }: EncryptParameters,
  random: RandomSource,
): Encrypted {
  refuseParameters(algorithm, { iv, aad })
  return { ciphertext: rsaPkcs1Encrypt(key, plaintext, random) }
}

function encryptGcm(
  key: OctKey,
  algorithm: AesGcmAlgorithm,
  plaintext: Uint8Array,
  parameters: EncryptParameters,
  random: RandomSource,
): Encrypted {
  refuseParameters(algorithm, { iv: parameters.iv })
  const { aad = NOTHING } = parameters
  const iv = drawBytes(random, algorithm.ivLength)
  const { ciphertext, tag } = sealGcm(gcmKeyOf(key), plaintext, { iv, aad })
  return { ciphertext, iv, tag }
}

function encryptCbc(
  key: OctKey,
  algorithm: AesCbcAlgorithm,
  plaintext: Uint8Array,
  { iv: given, aad }: EncryptParameters,
  random: RandomSource,
): Encrypted {
  refuseParameters(algorithm, { aad })
  const { ivLength, padding } = algorithm
  const iv = given === undefined ? drawBytes(random, ivLength) : Uint8Array.from(given)
  return { ciphertext: aesCbcEncrypt(Secret.reveal(key.secretKey), plaintext, { iv, padding }), iv }
}

const NOTHING = new Uint8Array(0)
