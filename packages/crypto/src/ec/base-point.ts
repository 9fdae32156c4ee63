/** The base point of a curve, and how large a table of its multiples is worth making. */

import type { WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js'
import type { CurveName } from '../key-material.ts'
import { CURVES } from './curves.ts'

/**
 * At which use of the base point a table is made, and the width of its window in bits.
 *
 * A table of 6-bit windows makes a multiplication fastest, and has nearly three times as many points as one of
 * 4-bit windows. A test suite often signs a few times only, so it starts with the small table; by 64 uses that
 * one has lost about the time that the large one takes to make.
 */
const WINDOW_BITS: ReadonlyMap<number, number> = new Map([
  [0, 4],
  [64, 6],
])

const uses = new Map<CurveName, number>()

/**
 * Answers the base point, to be multiplied once. No result depends on which table is there.
 *
 * @param crv - The curve; its uses are counted over the whole process.
 * @returns Noble's own point: what noble multiplies by itself after this call meets the same table.
 */
export function useBasePoint(crv: CurveName): WeierstrassPoint<bigint> {
  const { BASE } = CURVES[crv].Point
  const before = uses.get(crv) ?? 0
  uses.set(crv, before + 1)
  const bits = WINDOW_BITS.get(before)
  if (bits !== undefined) BASE.precompute(bits)
  return BASE
}
