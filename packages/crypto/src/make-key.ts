/** Key values from their numbers and octets: frozen, with the private part inside a {@link Secret}. */

import { useBasePoint } from './base-point.ts'
import { cryptoError } from './crypto-error.ts'
import { CURVES } from './curves.ts'
import type { CurveName, EcKey, OctKey, RsaKey, RsaPrivateNumbers } from './key-material.ts'
import { bigIntToOctets, minimalOctets, octetsToBigInt } from './octets.ts'
import { Secret } from './secret.ts'

/**
 * Makes an RSA private key of its numbers.
 *
 * The numbers are taken as they are: that they belong together is for whoever imports or makes them to see.
 *
 * @param numbers - All eight members; copied.
 * @returns A frozen key whose `bits` is the length of n.
 * @see RFC 8017 section 3.2
 *
 * @example
 * ```ts
 * import { generateKey, makeRsaKey, Secret } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const key = generateKey({ kty: 'RSA', bits: 2048 }, random)
 * if (key.kty !== 'RSA' || key.privateKey === undefined) throw new Error('not a private key')
 * makeRsaKey(Secret.reveal(key.privateKey)).bits // 2048
 * ```
 */
export function makeRsaKey(numbers: RsaPrivateNumbers): RsaKey {
  const { n, e, d, p, q, dp, dq, qi } = numbers
  const privateKey = new Secret(Object.freeze({ n, e, d, p, q, dp, dq, qi }))
  return Object.freeze({ ...makeRsaPublicKey(n, e), privateKey })
}

/**
 * Makes an RSA public key, good for encrypt, wrapKey and verify.
 *
 * @param n - Modulus.
 * @param e - Public exponent.
 * @returns A frozen key whose `bits` is the length of n.
 * @see RFC 8017 section 3.1
 *
 * @example
 * ```ts
 * import { makeRsaPublicKey } from '@pocket-hsm/crypto'
 *
 * makeRsaPublicKey((1n << 2047n) + 1n, 65537n).bits // 2048
 * ```
 */
export function makeRsaPublicKey(n: bigint, e: bigint): RsaKey {
  const publicKey = Object.freeze({ n: minimalOctets(n), e: minimalOctets(e) })
  return Object.freeze({ kty: 'RSA', bits: n.toString(2).length, publicKey })
}

/**
 * Makes an elliptic-curve private key of its scalar, computing the point that goes with it.
 *
 * @param crv - The curve.
 * @param d - The scalar, big-endian; shorter than the order or padded with zeros are both taken. Copied.
 * @returns A frozen key with d as wide as the order.
 * @throws {@link CryptoError} `INVALID_KEY` - d is 0, or not below the order.
 * @see SEC 1 section 3.2.1
 *
 * @example
 * ```ts
 * import { makeEcKey } from '@pocket-hsm/crypto'
 *
 * makeEcKey('P-384', Uint8Array.of(42)).publicKey.x.length // 48
 * ```
 */
export function makeEcKey(crv: CurveName, d: Uint8Array): EcKey {
  const { order, width } = CURVES[crv]
  const scalar = octetsToBigInt(d)
  if (scalar === 0n || scalar >= order) {
    throw cryptoError('INVALID_KEY', `The private key is outside 1 to n - 1 of ${crv}.`)
  }
  const { x, y } = useBasePoint(crv).multiply(scalar).toAffine()
  const privateKey = new Secret(bigIntToOctets(scalar, width))
  return Object.freeze({ kty: 'EC', crv, publicKey: pointOctets(x, y, width), privateKey })
}

/**
 * Makes an elliptic-curve public key, good for verify.
 *
 * @param crv - The curve.
 * @param x - Coordinate, big-endian; shorter than the field or padded with zeros are both taken. Copied.
 * @param y - Coordinate, likewise.
 * @returns A frozen key with both coordinates as wide as the field.
 * @throws {@link CryptoError} `INVALID_KEY` - a coordinate outside the field, or a point off the curve.
 * @see SEC 1 section 3.2.2.1; the cofactors are 1, so that a point on the curve is in the group
 *
 * @example
 * ```ts
 * import { isCryptoError, makeEcPublicKey } from '@pocket-hsm/crypto'
 *
 * try {
 *   makeEcPublicKey('P-256', Uint8Array.of(1), Uint8Array.of(1))
 * } catch (error) {
 *   if (!isCryptoError(error)) throw error
 *   error.code // 'INVALID_KEY'
 * }
 * ```
 */
export function makeEcPublicKey(crv: CurveName, x: Uint8Array, y: Uint8Array): EcKey {
  const { Point, width } = CURVES[crv]
  const point = { x: octetsToBigInt(x), y: octetsToBigInt(y) }
  try {
    Point.fromAffine(point).assertValidity()
  } catch {
    throw cryptoError('INVALID_KEY', `The public key is not a point of ${crv}.`)
  }
  return Object.freeze({ kty: 'EC', crv, publicKey: pointOctets(point.x, point.y, width) })
}

/**
 * Makes a symmetric key.
 *
 * @param octets - The key, at least one octet; copied.
 * @returns A frozen key whose `bits` is eight for each octet.
 * @throws {@link CryptoError} `INVALID_KEY` - no octets.
 *
 * @example
 * ```ts
 * import { makeOctKey } from '@pocket-hsm/crypto'
 *
 * makeOctKey(new Uint8Array(32)).bits // 256
 * ```
 */
export function makeOctKey(octets: Uint8Array): OctKey {
  if (octets.length === 0) throw cryptoError('INVALID_KEY', 'The key is empty.')
  const secretKey = new Secret(Uint8Array.from(octets))
  return Object.freeze({ kty: 'oct', bits: 8 * octets.length, secretKey })
}

const pointOctets = (x: bigint, y: bigint, width: number) =>
  Object.freeze({ x: bigIntToOctets(x, width), y: bigIntToOctets(y, width) })
