/** Elliptic-curve key values from their scalar or point: frozen, with the scalar inside a {@link Secret}. */

import { cryptoError } from '../crypto-error.ts'
import { bigIntToBytes, equalBytes } from '../encoding/bytes.ts'
import type { CurveName, EcKey, EcPrivateKey, EcPublicKey } from '../key-material.ts'
import { Secret } from '../secret.ts'
import { CURVES } from './curves.ts'
import { ecEngine } from './engine/choose-ec-engine.ts'
import { isInRange, isZero } from './engine/scalar-bytes.ts'

/**
 * Makes an elliptic-curve private key from its scalar and computes the public key.
 *
 * @param crv - The curve.
 * @param d - The scalar, big-endian; may be shorter than the order or padded with zeros. Copied.
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
  const scalar = toWidth(d, width)
  if (scalar === undefined || !isInRange(scalar, bigIntToBytes(order, width))) {
    throw cryptoError('INVALID_KEY', `The private key is outside 1 to n - 1 of ${crv}.`)
  }
  const publicKey = Object.freeze(ecEngine(crv).publicKey(scalar))
  return Object.freeze({ kty: 'EC', crv, publicKey, privateKey: new Secret(scalar) })
}

/**
 * Makes an elliptic-curve public key, for verification only.
 *
 * @param crv - The curve.
 * @param x - Coordinate, big-endian; may be shorter than the field or padded with zeros. Copied.
 * @param y - Coordinate, likewise.
 * @returns A frozen key with both coordinates as wide as the field.
 * @throws {@link CryptoError} `INVALID_KEY` - a coordinate outside the field, or a point off the curve.
 * @see SEC 1 section 3.2.2.1; the cofactors are 1, so a point on the curve is in the group
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
  const publicKey = toPoint(x, y, CURVES[crv].width)
  if (publicKey === undefined || !ecEngine(crv).isOnCurve(publicKey)) {
    throw cryptoError('INVALID_KEY', `The public key is not a point of ${crv}.`)
  }
  return Object.freeze({ kty: 'EC', crv, publicKey })
}

/**
 * Checks that a public key given with a private key belongs to it.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - it is another.
 */
export function checkSamePoint(key: EcKey, given: EcKey): void {
  const { x, y } = key.publicKey
  if (equalBytes(x, given.publicKey.x) && equalBytes(y, given.publicKey.y)) return
  throw cryptoError('INVALID_KEY', 'The public key is not that of the private key.')
}

function toPoint(x: Uint8Array, y: Uint8Array, width: number): EcPublicKey | undefined {
  const point = { x: toWidth(x, width), y: toWidth(y, width) }
  if (point.x === undefined || point.y === undefined) return undefined
  return Object.freeze({ x: point.x, y: point.y })
}

/** A copy with leading zeros added or removed; `undefined` where more than zeros would have to go. */
function toWidth(bytes: Uint8Array, width: number): Uint8Array | undefined {
  const surplus = Math.max(0, bytes.length - width)
  if (!isZero(bytes.subarray(0, surplus))) return undefined
  const copy = new Uint8Array(width)
  copy.set(bytes.subarray(surplus), width - bytes.length + surplus)
  return copy
}
