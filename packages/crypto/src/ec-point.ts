/** Points as octets: `04 ‖ x ‖ y`, or the compressed form on the way in (SEC 1 sections 2.3.3 and 2.3.4). */

import { cryptoError } from './crypto-error.ts'
import { CURVES } from './curves.ts'
import type { CurveName, EcKey, EcPublicKey } from './key-material.ts'
import { makeEcPublicKey } from './make-ec-key.ts'
import { bigIntToOctets, concatOctets } from './octets.ts'

/**
 * Reads a point, compressed or not; the hybrid form and the point at infinity are refused.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - of another length or form, or not on the curve.
 */
export function readPoint(crv: CurveName, octets: Uint8Array): EcKey {
  const { width } = CURVES[crv]
  const form = octets[0]
  if (form === UNCOMPRESSED && octets.length === 1 + 2 * width) {
    return makeEcPublicKey(crv, octets.subarray(1, 1 + width), octets.subarray(1 + width))
  }
  if ((form === 2 || form === 3) && octets.length === 1 + width) return decompress(crv, octets)
  throw cryptoError('INVALID_KEY', `The public key is not the encoding of a point of ${crv}.`)
}

/**
 * Writes a point uncompressed.
 *
 * @returns A fresh array of one octet more than both coordinates.
 */
export function writePoint({ x, y }: EcPublicKey): Uint8Array {
  return concatOctets(Uint8Array.of(UNCOMPRESSED), x, y)
}

const UNCOMPRESSED = 4

function decompress(crv: CurveName, octets: Uint8Array): EcKey {
  const { Point, width } = CURVES[crv]
  try {
    const { x, y } = Point.fromBytes(octets).toAffine()
    return makeEcPublicKey(crv, bigIntToOctets(x, width), bigIntToOctets(y, width))
  } catch {
    throw cryptoError('INVALID_KEY', `The public key is not a point of ${crv}.`)
  }
}
