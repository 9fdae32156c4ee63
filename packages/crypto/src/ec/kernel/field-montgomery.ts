/**
 * The product and the square modulo p = sum of ±2^e - 1: product scanning with a sparse Montgomery reduction.
 *
 * Column k of the product is the sum of all a_i·b_(k-i) and the carry of the column before. Since p = -1 modulo 2^w,
 * the quotient digit q_k that makes a column divisible by 2^w is the column itself modulo 2^w; and since p + 1 has a
 * few powers of 2 only, q·p is a few shifted digits:
 *
 * ```
 * column k = sum a_i·b_(k-i) + sum over the powers ±2^e of ±q_(k - e div w)·2^(e mod w) + c
 * k < n:           q_k = column mod 2^w ; c = column/2^w, which drops q_k
 * n <= k < 2n-1:   limb k-n = column mod 2^w, balanced ; c = the rest/2^w
 * k = 2n-1:        top limb = column
 * ```
 *
 * Bounds: limbs of up to 3u by limbs of up to 3u (see `CURVE_SHAPES`). The result is in [ab/R, ab/R + p), its
 * limbs are balanced. The result may replace an operand.
 *
 * @see Montgomery, "Modular multiplication without trial division" (1985); Koç, Acar, Kaliski, "Analyzing and
 *   comparing Montgomery multiplication algorithms" (1996), finely integrated product scanning
 */

import { OP } from '../../wasm/opcodes.ts'
import { type Emitter, get, op, opAt, set } from '../../wasm/plain-emitter.ts'
import type { CurveShape } from './curve-shape.ts'
import { type Columns, storeBalanced, TO } from './field-columns.ts'
import { withConstant } from './write-code.ts'

/** Writes the reduction: for every column a call of `columns`, which pushes the sum of its products. */
export function writeMontgomery(out: Emitter, shape: CurveShape, columns: Columns): void {
  const { limbs, limbBits } = shape
  const { first, pushProducts } = columns
  const [carry, value] = [first + limbs, first + limbs + 1]
  const half = 2 ** (limbBits - 1)
  // The carry is added last, so that the sums of several columns can be computed at the same time. With so many limbs
  // that all of them wait in memory, it is better to have one sum at a time.
  const isCarryFirst = limbs > 16
  for (let column = 0; column < 2 * limbs - 1; column++) {
    if (isCarryFirst) get(out, carry)
    pushProducts(column, isCarryFirst)
    addQuotients(out, shape, first, column)
    if (!isCarryFirst) get(out, carry)
    if (!isCarryFirst) op(out, OP.i64Add)
    if (column < limbs) {
      set(out, value)
      get(out, value)
      withConstant(out, OP.i64And, 2 * half - 1)
      set(out, first + column)
    } else {
      storeBalanced(out, column - limbs, value, half)
    }
    get(out, value)
    withConstant(out, OP.i64ShrS, limbBits)
    set(out, carry)
  }
  get(out, TO)
  get(out, carry)
  addQuotients(out, shape, first, 2 * limbs - 1)
  opAt(out, OP.i64Store, 8 * (limbs - 1))
}

/**
 * Adds the digits q whose shifted value falls into the column, by Horner's scheme over the shifts, the largest first:
 * one addition and one shift a term, and the digit that was computed last comes last.
 */
function addQuotients(out: Emitter, shape: CurveShape, first: number, column: number): void {
  const terms = termsOf(shape, column)
  const leading = terms[0]
  if (leading === undefined) return
  for (const [i, { digit, shift, sign }] of terms.entries()) {
    get(out, first + digit)
    if (i > 0) op(out, sign === leading.sign ? OP.i64Add : OP.i64Sub)
    const next = terms[i + 1]?.shift ?? 0
    if (shift > next) withConstant(out, OP.i64Shl, shift - next)
  }
  op(out, leading.sign === 1 ? OP.i64Add : OP.i64Sub)
}

interface Term {
  readonly digit: number
  readonly shift: number
  readonly sign: 1 | -1
}

/** The powers ±2^e that move some digit into the column. */
function termsOf({ limbs, limbBits, powers }: CurveShape, column: number): readonly Term[] {
  return powers
    .map(([exponent, sign]) => ({
      digit: column - Math.floor(exponent / limbBits),
      shift: exponent % limbBits,
      sign,
    }))
    .filter(({ digit }) => digit >= 0 && digit < limbs)
    .sort((a, b) => b.shift - a.shift)
}
