/**
 * Doubling and mixed addition in Jacobian coordinates, as tables of calls.
 *
 * Bounds, in u for limbs: X 1, Y 2, Z 1, H 2, r 3, alpha 3, and 2 for a sum or difference of two products; no product
 * has operands above 3u each. Values: with R = 32p a product of numbers in (-4p, 4p) is in (-p/2, 3p/2), and the
 * coordinates stay in (-3p, 2p). A test follows both bounds through these tables until they repeat.
 *
 * @see Explicit-Formulas Database, short Weierstrass curves, Jacobian coordinates: dbl-2001-b with Z scaled by 1/2,
 *   and the mixed addition madd
 */

import type { CurveShape } from './curve-shape.ts'
import { FN } from './function-numbers.ts'
import type { MemoryLayout } from './memory-layout.ts'
import type { Step } from './write-code.ts'

/**
 * Doubles the accumulator. The textbook formulas let X and Y grow by a factor of 8 each time; scaled by λ = 1/2 they
 * do not.
 *
 * ```
 * delta = Z² ; gamma = Y² ; beta = X·gamma ; alpha = 3(X - delta)(X + delta)/2, or 3X²/2 where a = 0
 * Z' = Y·Z ; X' = alpha² - 2·beta ; Y' = alpha·(beta - X') - gamma²
 * ```
 */
export function doubleSteps({ a }: CurveShape, at: MemoryLayout): readonly Step[] {
  const { x, y, z, t1: alpha, t2: gamma, t3: beta, t4 } = at
  const slope: readonly Step[] =
    a === 0
      ? [[FN.square, alpha, x]]
      : [
          [FN.square, t4, z],
          [FN.subtract, alpha, x, t4],
          [FN.add, t4, x, t4],
          [FN.multiply, alpha, alpha, t4],
        ]
  return [
    ...slope,
    [FN.tripleHalf, alpha, alpha],
    [FN.square, gamma, y],
    [FN.multiply, beta, x, gamma],
    [FN.multiply, z, y, z],
    [FN.square, x, alpha],
    [FN.subtractTwice, x, x, beta],
    [FN.subtract, beta, beta, x],
    [FN.multiply, beta, alpha, beta],
    [FN.square, gamma, gamma],
    [FN.subtract, y, beta, gamma],
  ]
}

/**
 * Adds the affine point. Where the points are equal or opposite, or the accumulator is the point at infinity, H = 0
 * or Z = 0, so that Z' = 0, and no later step makes Z anything else: one look at the last Z finds every exception.
 *
 * ```
 * H = x2·Z² - X ; r = y2·Z³ - Y ; V = X·H²
 * Z' = Z·H ; X' = r² - H³ - 2V ; Y' = r·(V - X') - Y·H³
 * ```
 */
export function addPointSteps(at: MemoryLayout): readonly Step[] {
  const { x, y, z, addX, addY, t1: h, t2: r, t3: hh, t4: hhh, t5 } = at
  return [
    [FN.square, t5, z],
    [FN.multiply, h, addX, t5],
    [FN.subtract, h, h, x],
    [FN.multiply, t5, z, t5],
    [FN.multiply, r, addY, t5],
    [FN.subtract, r, r, y],
    [FN.multiply, z, z, h],
    [FN.square, hh, h],
    [FN.multiply, hhh, h, hh],
    [FN.multiply, hh, x, hh],
    [FN.square, x, r],
    [FN.subtract, x, x, hhh],
    [FN.subtractTwice, x, x, hh],
    [FN.subtract, hh, hh, x],
    [FN.multiply, r, r, hh],
    [FN.multiply, hhh, y, hhh],
    [FN.subtract, y, r, hhh],
  ]
}
