/** ECDSA over a digest: FIPS 186-5 section 6, with nonces of RFC 6979. */

import { cryptoError } from '../crypto-error.ts'
import type { HashName } from '../hash/hashes.ts'
import type { EcKey } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { Secret } from '../secret.ts'
import { CURVES } from './curves.ts'
import { ecEngine } from './engine/choose-ec-engine.ts'

/**
 * Signs a digest with ECDSA and a hedged nonce: RFC 6979 with bytes of `random` mixed in, so that neither a
 * weak source nor a fault that repeats the computation reveals the key.
 *
 * s is not normalised: it may be high or low.
 *
 * @param key - Elliptic-curve private key.
 * @param hash - Hash inside the HMAC_DRBG of RFC 6979.
 * @param digest - 1 byte or more; only its leftmost bits are used, as many as the order of the curve has.
 * @param random - Source of the bytes mixed in: called once, for as many bytes as the order has.
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
 * @param digest - 1 byte or more; only its leftmost bits are used, as many as the order of the curve has.
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
  return signWith(key, hash, digest)
}

/**
 * Verifies an ECDSA signature.
 *
 * A high s and a low s are both valid, on every curve.
 *
 * @param key - Elliptic-curve key; the public part is enough.
 * @param digest - 1 byte or more; only its leftmost bits are used, as many as the order of the curve has.
 * @param signature - The signature to verify: r‖s of equal width.
 * @returns `true` for a valid signature; `false` for any other, which includes another length and an r or s outside 1 to n - 1.
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
  return ecEngine(key.crv).verify(key.publicKey, digest, signature)
}

function signWith(
  key: EcKey,
  hash: HashName,
  digest: Uint8Array,
  extraEntropy?: Uint8Array,
): Uint8Array {
  requireDigest(digest)
  if (key.privateKey === undefined) {
    throw cryptoError('INVALID_ARGUMENT', 'The elliptic-curve key has no private part.')
  }
  return ecEngine(key.crv).sign(hash, Secret.reveal(key.privateKey), digest, extraEntropy)
}

function requireDigest(digest: Uint8Array): void {
  if (digest.length === 0) throw cryptoError('INVALID_ARGUMENT', 'The digest is empty.')
}
