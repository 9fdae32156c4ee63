/** Verifying a signature by any algorithm of the tables. */

import type {
  Algorithm,
  EcdsaAlgorithm,
  HmacAlgorithm,
  RsaPkcs1SignatureAlgorithm,
  RsaPssAlgorithm,
} from '../algorithms/algorithms.ts'
import { fitting, requireDigest, type SchemeTable } from '../algorithms/fit.ts'
import { ecdsaVerify } from '../ec/ecdsa.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { keyedHmac } from '../hash/hmac-key.ts'
import type { EcKey, KeyMaterial, OctKey, RsaKey } from '../key-material.ts'
import { rsaPkcs1Verify } from '../rsa/rsa-pkcs1-signature.ts'
import { rsaPssVerify } from '../rsa/rsa-pss.ts'

/**
 * Verifies a signature of a digest.
 *
 * Nothing given is kept or changed. An HMAC is compared in a time that does not depend on its bytes.
 *
 * @param key - A key that fits the algorithm; of an asymmetric key the public part is enough.
 * @param algorithm - A row of the tables that serves `verify`.
 * @param digest - As it was to sign; for HMAC, the message itself.
 * @param signature - What is to be verified, of any length.
 * @returns `true` for a valid signature, `false` for anything else.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key that does not fit, or a digest of another length.
 *
 * @example
 * ```ts
 * import { HMAC_ALGORITHMS, makeOctKey, utf8ToBytes, verify } from '@pocket-hsm/crypto'
 *
 * const algorithm = HMAC_ALGORITHMS['HS256']
 * if (algorithm === undefined) throw new Error('no such algorithm')
 * const key = makeOctKey(new Uint8Array(32))
 * verify(key, algorithm, utf8ToBytes('order 1'), new Uint8Array(32)) // false
 * ```
 */
export function verify(
  key: KeyMaterial,
  algorithm: Algorithm,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const verifyWith = fitting(VERIFIERS, key, algorithm, 'verify')
  requireDigest(algorithm, digest)
  return verifyWith(key, algorithm, digest, signature)
}

const VERIFIERS: SchemeTable<[Uint8Array, Uint8Array], boolean> = Object.freeze({
  'rsassa-pkcs1-v1_5': (
    key: RsaKey,
    { hash }: RsaPkcs1SignatureAlgorithm,
    digest: Uint8Array,
    signature: Uint8Array,
  ) => rsaPkcs1Verify(key, hash, digest, signature),
  'rsassa-pss': (
    key: RsaKey,
    { hash }: RsaPssAlgorithm,
    digest: Uint8Array,
    signature: Uint8Array,
  ) => rsaPssVerify(key, { hash }, digest, signature),
  ecdsa: (key: EcKey, _: EcdsaAlgorithm, digest: Uint8Array, signature: Uint8Array) =>
    ecdsaVerify(key, digest, signature),
  hmac: (key: OctKey, { hash }: HmacAlgorithm, message: Uint8Array, signature: Uint8Array) =>
    equalBytes(keyedHmac(key, hash, message), signature),
})
