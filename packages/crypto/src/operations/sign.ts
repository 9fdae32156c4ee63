/** Signing a digest by any algorithm of the tables. */

import type {
  Algorithm,
  EcdsaAlgorithm,
  HmacAlgorithm,
  RsaPkcs1SignatureAlgorithm,
  RsaPssAlgorithm,
} from '../algorithms/algorithms.ts'
import { fitting, requireDigest, type SchemeTable } from '../algorithms/fit.ts'
import { ecdsaSign } from '../ec/ecdsa.ts'
import { keyedHmac } from '../hash/hmac-key.ts'
import type { EcKey, KeyMaterial, OctKey, RsaKey } from '../key-material.ts'
import type { RandomSource } from '../random/random-source.ts'
import { rsaPkcs1Sign } from '../rsa/rsa-pkcs1-signature.ts'
import { rsaPssSign } from '../rsa/rsa-pss.ts'

/**
 * Signs a digest.
 *
 * Nothing given is kept or changed. The same `random` gives the same signature; PKCS#1 v1.5 and HMAC draw
 * nothing from it.
 *
 * | scheme | digest | signature |
 * | --- | --- | --- |
 * | PKCS#1 v1.5 | 32, 48 or 64 bytes by the hash; `RSNULL` 0 to k - 11 | k bytes |
 * | PSS | 32, 48 or 64 bytes by the hash | k bytes |
 * | ECDSA | 32, 48 or 64 bytes by the hash | r‖s: 64, 96, 132 or 64 bytes |
 * | HMAC | the message itself, any number of bytes | 32, 48 or 64 bytes by the hash |
 *
 * @param key - A private or symmetric key that fits the algorithm.
 * @param algorithm - A row of the tables that serves `sign`.
 * @param digest - Bytes, as many as the table says.
 * @param random - Source of PSS's salt and of what is mixed into ECDSA's nonce.
 * @returns A fresh array, as long as the table says.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key that does not fit or has no private part, or a digest of
 * another length.
 * @throws {@link CryptoError} `OPERATION_FAILED` - a damaged RSA key.
 *
 * @example
 * ```ts
 * import { digest, EC_ALGORITHMS, generateKey, sign, utf8ToBytes, verify } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'EC', crv: 'P-256' }, random)
 * const algorithm = EC_ALGORITHMS['ES256']
 * if (algorithm === undefined) throw new Error('no such algorithm')
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
): Uint8Array {
  const signWith = fitting(SIGNERS, key, algorithm, 'sign')
  requireDigest(algorithm, digest)
  return signWith(key, algorithm, digest, random)
}

const SIGNERS: SchemeTable<[Uint8Array, RandomSource], Uint8Array> = Object.freeze({
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
})
