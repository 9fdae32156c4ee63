/** Elliptic-curve key values from their scalar or point: frozen, with the scalar inside a {@link Secret}. */

import { cryptoError } from '../crypto-error.ts'
import { bigIntToBytes, bytesToBigInt, equalBytes } from '../encoding/bytes.ts'
import type { CurveName, EcKey, EcPrivateKey } from '../key-material.ts'
import { Secret } from '../secret.ts'
import { useBasePoint } from './base-point.ts'
import { CURVES } from './curves.ts'

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
export function makeEcKey(crv: CurveName, d: Uint8Array): EcPrivateKey {
  const { order, width } = CURVES[crv]
  const scalar = bytesToBigInt(d)
  if (scalar === 0n || scalar >= order) {
    throw cryptoError('INVALID_KEY', `The private key is outside 1 to n - 1 of ${crv}.`)
  }
  const { x, y } = useBasePoint(crv).multiply(scalar).toAffine()
  const privateKey = new Secret(bigIntToBytes(scalar, width))
  return Object.freeze({ kty: 'EC', crv, publicKey: pointBytes(x, y, width), privateKey })
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
  const point = { x: bytesToBigInt(x), y: bytesToBigInt(y) }
  try {
    Point.fromAffine(point).assertValidity()
  } catch {
    throw cryptoError('INVALID_KEY', `The public key is not a point of ${crv}.`)
  }
  return Object.freeze({ kty: 'EC', crv, publicKey: pointBytes(point.x, point.y, width) })
}

/**
 * Sees that a public key given beside a private key is its own.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - it is another.
 */
export function checkSamePoint(key: EcKey, given: EcKey): void {
  const { x, y } = key.publicKey
  if (equalBytes(x, given.publicKey.x) && equalBytes(y, given.publicKey.y)) return
  throw cryptoError('INVALID_KEY', 'The public key is not that of the private key.')
}

const pointBytes = (x: bigint, y: bigint, width: number) =>
  Object.freeze({ x: bigIntToBytes(x, width), y: bigIntToBytes(y, width) })
