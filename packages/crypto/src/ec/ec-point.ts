/** Points as bytes: `04 ‖ x ‖ y`, or the compressed form on the way in (SEC 1 sections 2.3.3 and 2.3.4). */

import { concatBytes } from '@noble/hashes/utils.js'
import { cryptoError } from '../crypto-error.ts'
import type { CurveName, EcKey, EcPublicKey } from '../key-material.ts'
import { CURVES } from './curves.ts'
import { ecEngine } from './engine/choose-ec-engine.ts'
import { makeEcPublicKey } from './make-ec-key.ts'

/**
 * Reads a point, compressed or not. The hybrid form and the point at infinity are errors.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - of another length or form, or not on the curve.
 */
export function readPoint(crv: CurveName, bytes: Uint8Array): EcKey {
  const { width } = CURVES[crv]
  const form = bytes[0]
  if (form === UNCOMPRESSED && bytes.length === 1 + 2 * width) {
    return makeEcPublicKey(crv, bytes.subarray(1, 1 + width), bytes.subarray(1 + width))
  }
  if ((form === 2 || form === 3) && bytes.length === 1 + width) return decompress(crv, bytes)
  throw cryptoError('INVALID_KEY', `The public key is not the encoding of a point of ${crv}.`)
}

/**
 * Writes a point uncompressed.
 *
 * @returns A fresh array of one byte more than both coordinates.
 */
export function writePoint({ x, y }: EcPublicKey): Uint8Array {
  return concatBytes(Uint8Array.of(UNCOMPRESSED), x, y)
}

const UNCOMPRESSED = 4

function decompress(crv: CurveName, bytes: Uint8Array): EcKey {
  const x = bytes.subarray(1)
  const y = ecEngine(crv).findY(x, bytes[0] === 3)
  if (y === undefined) {
    throw cryptoError('INVALID_KEY', `The public key is not a point of ${crv}.`)
  }
  return makeEcPublicKey(crv, x, y)
}
