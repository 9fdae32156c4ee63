/** What the kernel computes for its caller, as tables of calls. Every address is fixed. */

import type { CurveShape } from './curve-shape.ts'
import { FN } from './function-numbers.ts'
import type { MemoryLayout } from './memory-layout.ts'
import { parameter, type Step } from './write-code.ts'

/** (to, a): a^-1·R modulo p of a·R: out of the Montgomery domain, the inverse, and back by R². */
export const invertFieldSteps = ({ p, rr }: MemoryLayout): readonly Step[] => [
  [FN.leave, parameter(0), parameter(1)],
  [FN.freeze, parameter(0), parameter(0), p],
  [FN.invert, parameter(0), parameter(0), p],
  [FN.multiply, parameter(0), parameter(0), rr],
]

/** (digits, scalar): e = k/2 + (2^D - 1)/2 modulo the order. */
export const recodeSteps = ({ m1, n, nHalf, nShift }: MemoryLayout): readonly Step[] => [
  [FN.orderMultiply, m1, parameter(1), nHalf],
  [FN.add, m1, m1, nShift],
  [FN.freeze, m1, m1, n],
  [FN.toBytes, parameter(0), m1],
]

/** x = X/Z² in t3, y = Y/Z³ in t4, out of the Montgomery domain. */
export const toAffineSteps = ({ x, y, z, t1, t2, t3, t4, p }: MemoryLayout): readonly Step[] => [
  [FN.invertField, t1, z],
  [FN.square, t2, t1],
  [FN.multiply, t3, x, t2],
  [FN.leave, t3, t3],
  [FN.freeze, t3, t3, p],
  [FN.multiply, t2, t2, t1],
  [FN.multiply, t4, y, t2],
  [FN.leave, t4, t4],
  [FN.freeze, t4, t4, p],
]

/** The public key of the scalar in bytesK: its coordinates in bytesR and bytesS, both 0 after an exception. */
export const publicKeySteps = (at: MemoryLayout): readonly Step[] => [
  [FN.fromBytes, at.k, at.bytesK],
  [FN.recode, at.digits, at.k],
  [FN.comb, 0],
  [FN.toAffine],
  [FN.toBytes, at.bytesR, at.t3],
  [FN.toBytes, at.bytesS, at.t4],
]

/**
 * Signs: r = x(kG) modulo the order, s = (z + r·d)/k modulo the order.
 *
 * Factors of R, where ab means a·b/R: ((d·R²)·r) = d·r, and ((k^-1·R²)·(z + d·r)) = s.
 *
 * @see FIPS 186-5 section 6.4.1
 */
export const signSteps = (at: MemoryLayout): readonly Step[] => [
  [FN.fromBytes, at.k, at.bytesK],
  [FN.recode, at.digits, at.k],
  [FN.comb, 0],
  [FN.toAffine],
  [FN.freeze, at.m1, at.t3, at.n],
  [FN.toBytes, at.bytesR, at.m1],
  [FN.fromBytes, at.m2, at.bytesD],
  [FN.orderMultiply, at.m2, at.m2, at.nRr],
  [FN.orderMultiply, at.m2, at.m2, at.m1],
  [FN.fromBytes, at.m3, at.bytesZ],
  [FN.add, at.m2, at.m2, at.m3],
  [FN.invert, at.k, at.k, at.n],
  [FN.orderMultiply, at.k, at.k, at.nRr],
  [FN.orderMultiply, at.m2, at.m2, at.k],
  [FN.freeze, at.m2, at.m2, at.n],
  [FN.toBytes, at.bytesS, at.m2],
]

/**
 * (table): (z/s)·G + (r/s)·Q, where the table is that of Q, then the comparison with r.
 *
 * @see FIPS 186-5 section 6.4.2
 */
export const verifySteps = (at: MemoryLayout): readonly Step[] => [
  [FN.fromBytes, at.k, at.bytesS],
  [FN.invert, at.k, at.k, at.n],
  [FN.orderMultiply, at.k, at.k, at.nRr],
  [FN.fromBytes, at.m2, at.bytesZ],
  [FN.orderMultiply, at.m2, at.m2, at.k],
  [FN.recode, at.digits, at.m2],
  [FN.fromBytes, at.m2, at.bytesR],
  [FN.orderMultiply, at.m2, at.m2, at.k],
  [FN.recode, at.otherDigits, at.m2],
  [FN.comb, parameter(0)],
  [FN.compare],
]

/** X - r·Z² in t2, which is 0 where the point has the x of the number in bytesR, and Z in t3. */
export const compareSteps = ({
  x,
  z,
  t1,
  t2,
  t3,
  rr,
  p,
  bytesR,
}: MemoryLayout): readonly Step[] => [
  [FN.square, t1, z],
  [FN.fromBytes, t2, bytesR],
  [FN.multiply, t2, t2, rr],
  [FN.multiply, t2, t2, t1],
  [FN.subtract, t2, t2, x],
  [FN.leave, t2, t2],
  [FN.freeze, t2, t2, p],
  [FN.leave, t3, z],
  [FN.freeze, t3, t3, p],
]

/** The coordinates in bytesR and bytesS into t1 and t2, and x³ + ax + b in t3; t4 is 0 where that is y². */
export function checkPointSteps({ a }: CurveShape, at: MemoryLayout): readonly Step[] {
  const { t1, t2, t3, t4, rr, b, three, p, bytesR, bytesS } = at
  const addA: readonly Step[] = a === 0 ? [] : [[FN.subtract, t3, t3, three]]
  return [
    [FN.fromBytes, t1, bytesR],
    [FN.multiply, t1, t1, rr],
    [FN.fromBytes, t2, bytesS],
    [FN.multiply, t2, t2, rr],
    [FN.square, t3, t1],
    ...addA,
    [FN.multiply, t3, t3, t1],
    [FN.add, t3, t3, b],
    [FN.square, t4, t2],
    [FN.subtract, t4, t4, t3],
    [FN.leave, t4, t4],
    [FN.freeze, t4, t4, p],
  ]
}
