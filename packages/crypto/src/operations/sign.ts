/** Signing with any algorithm of the tables. */

import type {
  Algorithm,
  EcdsaAlgorithm,
  HmacAlgorithm,
  MlDsaAlgorithm,
  RsaPkcs1SignatureAlgorithm,
  RsaPssAlgorithm,
} from '../algorithms/algorithm-rows.ts'
import {
  checkSignatureParameters,
  requireDigest,
  type SchemeTable,
  schemeFunction,
} from '../algorithms/fit.ts'
import { requireBytes, requireFunction } from '../checks/arguments.ts'
import { ecdsaSign } from '../ec/ecdsa.ts'
import { keyedHmac } from '../hash/hmac-key.ts'
import type { AkpKey, EcKey, KeyMaterial, OctKey, RsaKey } from '../key-material.ts'
import { type MlDsaParameters, mlDsaSign } from '../ml-dsa/ml-dsa.ts'
import type { RandomSource } from '../random/random-source.ts'
import { rsaPkcs1Sign } from '../rsa/rsa-pkcs1-signature.ts'
import { rsaPssSign } from '../rsa/rsa-pss.ts'

/**
 * Signs a digest.
 *
 * The arguments are neither kept nor changed. The same `random` gives the same signature; PKCS#1 v1.5 and HMAC
 * draw nothing from it.
 *
 * | scheme | digest | signature |
 * | --- | --- | --- |
 * | PKCS#1 v1.5 | as long as the hash's: 32, 48 or 64 bytes; `RSNULL`: 0 to k - 11 bytes | k bytes |
 * | PSS | as long as the hash's: 32, 48 or 64 bytes | k bytes |
 * | ECDSA | as long as the hash's: 32, 48 or 64 bytes | r‖s: 64, 96, 132 or 64 bytes |
 * | HMAC | the message itself, any number of bytes | as long as the hash's digest |
 * | ML-DSA | the message itself, any number of bytes, or µ | 2,420, 3,309 or 4,627 bytes |
 *
 * @param key - A private or symmetric key of the algorithm's type and curve.
 * @param algorithm - A row of the tables that supports `sign`.
 * @param digest - As many bytes as the table says.
 * @param random - Source of PSS's salt and of the bytes mixed into ECDSA's nonce and ML-DSA's signature.
 * @param parameters - A context or an external µ: ML-DSA only.
 * @returns A fresh array, as long as the table says.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a key that does not fit or has
 * no private part, a digest of another length, or parameters that the algorithm does not take.
 * @throws {@link CryptoError} `OPERATION_FAILED` - a damaged RSA key.
 *
 * @example
 * ```ts
 * import { digest, EC_ALGORITHMS, generateKey, sign, utf8ToBytes, verify } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'EC', crv: 'P-256' }, random)
 * const algorithm = EC_ALGORITHMS.ES256
 * const hashed = digest('SHA-256', utf8ToBytes('order 1'))
 * const signature = sign(key, algorithm, hashed, random)
 * verify(key, algorithm, hashed, signature) // true
 * ```
 */
export function sign(
  key: KeyMaterial,
  algorithm: Algorithm,
  digest: Uint8Array,
  random: RandomSource,
  parameters: MlDsaParameters = {},
): Uint8Array {
  const signWith = schemeFunction(SIGNERS, key, algorithm, 'sign')
  requireBytes('The digest', digest)
  requireFunction('The random source', random)
  requireDigest(algorithm, digest)
  checkSignatureParameters('sign', algorithm, parameters)
  return signWith(key, algorithm, digest, random, parameters)
}

const SIGNERS: SchemeTable<[Uint8Array, RandomSource, MlDsaParameters], Uint8Array> = Object.freeze(
  {
    'rsassa-pkcs1-v1_5': (key: RsaKey, { hash }: RsaPkcs1SignatureAlgorithm, digest: Uint8Array) =>
      rsaPkcs1Sign(key, hash, digest),
    'rsassa-pss': (
      key: RsaKey,
      { hash }: RsaPssAlgorithm,
      digest: Uint8Array,
      random: RandomSource,
    ) => rsaPssSign(key, { hash }, digest, random),
    ecdsa: (key: EcKey, { hash }: EcdsaAlgorithm, digest: Uint8Array, random: RandomSource) =>
      ecdsaSign(key, hash, digest, random),
    hmac: (key: OctKey, { hash }: HmacAlgorithm, message: Uint8Array) =>
      keyedHmac(key, hash, message),
    'ml-dsa': (
      key: AkpKey,
      _: MlDsaAlgorithm,
      message: Uint8Array,
      random: RandomSource,
      parameters: MlDsaParameters,
    ) => mlDsaSign(key, message, random, parameters),
  },
)
