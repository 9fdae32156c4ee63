/** The names that callers use for a curve, mapped to the one that this package uses. */

import type { CurveName } from '../key-material.ts'

/** In upper case. RFC 8812 section 3.1 writes `secp256k1`; Azure's command line, `SECP256K1`. */
const CURVE_NAMES: ReadonlyMap<string, CurveName> = new Map([
  ['P-256', 'P-256'],
  ['P-384', 'P-384'],
  ['P-521', 'P-521'],
  ['P-256K', 'P-256K'],
  ['SECP256K1', 'P-256K'],
])

/**
 * Finds a curve by its JWK name or an alias, in upper or lower case.
 *
 * @returns The curve's JWK name, or `undefined` for a curve that is not supported.
 * @see RFC 7518 section 6.2.1.1; RFC 8812 section 3.1
 *
 * @example
 * ```ts
 * import { findCurve } from '@pocket-hsm/crypto'
 *
 * findCurve('secp256k1') // 'P-256K'
 * findCurve('P-192') // undefined
 * ```
 */
export function findCurve(crv: string): CurveName | undefined {
  return CURVE_NAMES.get(crv.toUpperCase())
}
