/** The elliptic curves as one table: from the JWK name to the arithmetic and the widths (SEC 2; NIST SP 800-186). */

import type { WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { CurveName } from './key-material.ts'

/** What the code must know of a curve. Every cofactor here is 1. */
export interface Curve {
  /** Octets of a coordinate, and of r, s and d: on these four curves field and order are equally wide. */
  readonly width: number
  /** n, the order of the base point. */
  readonly order: bigint
  readonly Point: WeierstrassPointCons<bigint>
}

const row = (width: number, Point: WeierstrassPointCons<bigint>): Curve =>
  Object.freeze({ width, order: Point.Fn.ORDER, Point })

/** Every curve of {@link CurveName}. */
export const CURVES: Readonly<Record<CurveName, Curve>> = /* @__PURE__ */ Object.freeze({
  'P-256': row(32, p256.Point),
  'P-384': row(48, p384.Point),
  'P-521': row(66, p521.Point),
  'P-256K': row(32, secp256k1.Point),
})
