/** Verifying a signature with any algorithm of the tables. */

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
import { requireBytes } from '../checks/arguments.ts'
import { ecdsaVerify } from '../ec/ecdsa.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { keyedHmac } from '../hash/hmac-key.ts'
import type { AkpKey, EcKey, KeyMaterial, OctKey, RsaKey } from '../key-material.ts'
import { type MlDsaParameters, mlDsaVerify } from '../ml-dsa/ml-dsa.ts'
import { rsaPkcs1Verify } from '../rsa/rsa-pkcs1-signature.ts'
import { rsaPssVerify } from '../rsa/rsa-pss.ts'

/**
 * Verifies a signature of a digest.
 *
 * The arguments are neither kept nor changed. The time to compare an HMAC does not depend on its bytes.
 *
 * @param key - A key of the algorithm's type and curve; the public part of an asymmetric key is enough.
 * @param algorithm - A row of the tables that supports `verify`.
 * @param digest - The digest that was signed; for HMAC and ML-DSA, the message itself.
 * @param signature - The signature to verify, of any length.
 * @param parameters - The context or the external µ that was signed: ML-DSA only.
 * @returns `true` for a valid signature, `false` for anything else.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument of another type, a key that does not fit, a
 * digest of another length, or parameters that the algorithm does not take.
 *
 * @example
 * ```ts
 * import { HMAC_ALGORITHMS, makeOctKey, utf8ToBytes, verify } from '@pocket-hsm/crypto'
 *
 * const algorithm = HMAC_ALGORITHMS.HS256
 * const key = makeOctKey(new Uint8Array(32))
 * verify(key, algorithm, utf8ToBytes('order 1'), new Uint8Array(32)) // false
 * ```
 */
export function verify(
  key: KeyMaterial,
  algorithm: Algorithm,
  digest: Uint8Array,
  signature: Uint8Array,
  parameters: MlDsaParameters = {},
): boolean {
  const verifyWith = schemeFunction(VERIFIERS, key, algorithm, 'verify')
  requireBytes('The digest', digest)
  requireBytes('The signature', signature)
  requireDigest(algorithm, digest)
  checkSignatureParameters('verify', algorithm, parameters)
  return verifyWith(key, algorithm, digest, signature, parameters)
}

const VERIFIERS: SchemeTable<[Uint8Array, Uint8Array, MlDsaParameters], boolean> = Object.freeze({
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
  'ml-dsa': (
    key: AkpKey,
    _: MlDsaAlgorithm,
    message: Uint8Array,
    signature: Uint8Array,
    parameters: MlDsaParameters,
  ) => mlDsaVerify(key, message, signature, parameters),
})
