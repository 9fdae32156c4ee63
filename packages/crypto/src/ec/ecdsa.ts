/**
 * ECDSA over a digest: FIPS 186-5 section 6, with nonces of RFC 6979.
 *
 * Noble masks its secret multiplications with the platform's own randomness, where there is any. That hides
 * how long they take; no result depends on it.
 */

import { type ECDSA, ecdsa } from '@noble/curves/abstract/weierstrass.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { cryptoError } from '../crypto-error.ts'
import type { HashName } from '../hash/hashes.ts'
import { HASHES } from '../hash/hashes.ts'
import type { CurveName, EcKey } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { Secret } from '../secret.ts'
import { useBasePoint } from './base-point.ts'
import { CURVES } from './curves.ts'

/**
 * Signs a digest with ECDSA and a hedged nonce: RFC 6979 with bytes of `random` mixed in, so that neither a
 * weak source nor a fault that repeats the computation gives the key away.
 *
 * s is left as it falls, high or low.
 *
 * @param key - Elliptic-curve private key.
 * @param hash - Hash inside the HMAC_DRBG of RFC 6979.
 * @param digest - 1 byte or more; from the left, as many bits count as the order of the curve has.
 * @param random - Source of the bytes mixed in: one draw, as wide as the order.
 * @returns A fresh array, r‖s of equal width: 64, 96, 132 or 64 bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an empty digest, or a key without its private part.
 * @see FIPS 186-5 section 6.4.1; RFC 6979 section 3.6
 *
 * @example
 * ```ts
 * import { digest, ecdsaSign, makeEcKey, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = makeEcKey('P-521', Uint8Array.of(42))
 * const hashed = digest('SHA-512', utf8ToBytes('order 1'))
 * ecdsaSign(key, 'SHA-512', hashed, random).length // 132
 * ```
 */
export function ecdsaSign(
  key: EcKey,
  hash: HashName,
  digest: Uint8Array,
  random: RandomSource,
): Uint8Array {
  return signWith(key, hash, digest, drawBytes(random, CURVES[key.crv].width))
}

/**
 * Signs a digest with ECDSA and the nonce of RFC 6979 alone.
 *
 * Deterministic: the same key, hash and digest always give the same signature.
 *
 * @param key - Elliptic-curve private key.
 * @param hash - Hash inside the HMAC_DRBG of RFC 6979: the one that made the digest.
 * @param digest - 1 byte or more; from the left, as many bits count as the order of the curve has.
 * @returns A fresh array, r‖s of equal width: 64, 96, 132 or 64 bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an empty digest, or a key without its private part.
 * @see RFC 6979 section 3.2
 *
 * @example
 * ```ts
 * import { digest, ecdsaSignDeterministic, makeEcKey, bytesToHex, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const key = makeEcKey('P-256K', Uint8Array.of(1))
 * const hashed = digest('SHA-256', utf8ToBytes('Satoshi Nakamoto'))
 * bytesToHex(ecdsaSignDeterministic(key, 'SHA-256', hashed).subarray(0, 4)) // '934b1ea1'
 * ```
 */
export function ecdsaSignDeterministic(key: EcKey, hash: HashName, digest: Uint8Array): Uint8Array {
  return signWith(key, hash, digest, false)
}

/**
 * Verifies an ECDSA signature.
 *
 * A high s verifies as a low one does, on every curve.
 *
 * @param key - Elliptic-curve key; the public part is enough.
 * @param digest - 1 byte or more; from the left, as many bits count as the order of the curve has.
 * @param signature - What is to be verified: r‖s of equal width.
 * @returns `true` for a valid signature; `false` for anything else: another length, r or s outside 1 to n - 1.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an empty digest.
 * @see FIPS 186-5 section 6.4.2
 *
 * @example
 * ```ts
 * import { digest, ecdsaSignDeterministic, ecdsaVerify, makeEcKey, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const key = makeEcKey('P-256', Uint8Array.of(42))
 * const hashed = digest('SHA-256', utf8ToBytes('order 1'))
 * const signature = ecdsaSignDeterministic(key, 'SHA-256', hashed)
 * ecdsaVerify(key, hashed, signature) // true
 * ecdsaVerify(key, hashed, signature.subarray(1)) // false
 * ```
 */
export function ecdsaVerify(key: EcKey, digest: Uint8Array, signature: Uint8Array): boolean {
  requireDigest(digest)
  if (signature.length !== 2 * CURVES[key.crv].width) return false
  const { x, y } = key.publicKey
  // SEC 1 section 2.3.3: 04 before an uncompressed point. The hash plays no part in verifying.
  const point = concatBytes(Uint8Array.of(4), x, y)
  return signerOf(key.crv, 'SHA-256').verify(signature, digest, point, PLAIN)
}

function signWith(
  key: EcKey,
  hash: HashName,
  digest: Uint8Array,
  extraEntropy: Uint8Array | false,
): Uint8Array {
  requireDigest(digest)
  if (key.privateKey === undefined) {
    throw cryptoError('INVALID_ARGUMENT', 'The elliptic-curve key has no private part.')
  }
  const options = { ...PLAIN, extraEntropy }
  useBasePoint(key.crv)
  return signerOf(key.crv, hash).sign(digest, Secret.reveal(key.privateKey), options)
}

function requireDigest(digest: Uint8Array): void {
  if (digest.length === 0) throw cryptoError('INVALID_ARGUMENT', 'The digest is empty.')
}

/** The digest comes ready made, and s keeps its sign: noble would halve the range of s on secp256k1. */
const PLAIN = Object.freeze({ prehash: false, lowS: false })

const signers = new Map<string, ECDSA>()

/** One signer for each curve and hash, made when first asked for. */
function signerOf(crv: CurveName, hash: HashName): ECDSA {
  const name = `${crv} ${hash}`
  const known = signers.get(name)
  if (known !== undefined) return known
  const signer = ecdsa(CURVES[crv].Point, HASHES[hash])
  signers.set(name, signer)
  return signer
}
