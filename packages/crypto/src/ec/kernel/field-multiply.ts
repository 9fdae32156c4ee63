/**
 * The product and the square modulo p: product scanning with a sparse Montgomery reduction.
 *
 * Column k of the product is the sum of all a_i·b_(k-i) and the carry of the column before. Since p = -k modulo
 * 2^w with k = 1 or 977, the quotient digit q_k that makes a column divisible by 2^w is the column itself, or its
 * 977th part, modulo 2^w; and since p + k has a few powers of 2 only, q·p is a few shifted digits:
 *
 * ```
 * column k = c + sum a_i·b_(k-i) + sum over the powers ±2^e of ±q_(k - e div w)·2^(e mod w)
 * k < n:           q_k = column/k mod 2^w ; c = (column - k·q_k)/2^w
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
import {
  type Emitter,
  get,
  i64,
  op,
  opAt,
  type PlainFunction,
  set,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import type { CurveShape } from './curve-shape.ts'
import { withConstant } from './write-code.ts'

const TO = 0

/** (to, a, b). */
export function multiplyFunction(shape: CurveShape): PlainFunction {
  const { limbs } = shape
  const [a, b] = [3, 3 + limbs]
  return {
    name: 'multiply',
    parameters: [TYPE.i32, TYPE.i32, TYPE.i32],
    locals: [[3 * limbs + 4, TYPE.i64]],
    body(out) {
      loadLimbs(out, 1, a, limbs)
      loadLimbs(out, 2, b, limbs)
      writeColumns(out, shape, b + limbs, (column) => {
        for (let i = Math.max(0, column - limbs + 1); i <= Math.min(column, limbs - 1); i++) {
          addProduct(out, a + i, b + column - i)
        }
      })
    },
  }
}

/** (to, a). Products of two different limbs appear twice: the doubled limb is multiplied once. */
export function squareFunction(shape: CurveShape): PlainFunction {
  const { limbs } = shape
  const [a, doubled] = [2, 2 + limbs]
  return {
    name: 'square',
    parameters: [TYPE.i32, TYPE.i32],
    locals: [[3 * limbs + 4, TYPE.i64]],
    body(out) {
      loadLimbs(out, 1, a, limbs)
      for (let i = 0; i < limbs; i++) {
        get(out, a + i)
        withConstant(out, OP.i64Shl, 1)
        set(out, doubled + i)
      }
      writeColumns(out, shape, doubled + limbs, (column) => {
        for (let i = Math.max(0, column - limbs + 1); 2 * i < column; i++) {
          addProduct(out, doubled + i, a + column - i)
        }
        if (column % 2 === 0) addProduct(out, a + column / 2, a + column / 2)
      })
    },
  }
}

function loadLimbs(out: Emitter, address: number, first: number, limbs: number): void {
  for (let i = 0; i < limbs; i++) {
    get(out, address)
    opAt(out, OP.i64Load, 8 * i)
    set(out, first + i)
  }
}

function addProduct(out: Emitter, left: number, right: number): void {
  get(out, left)
  get(out, right)
  op(out, OP.i64Mul)
  op(out, OP.i64Add)
}

/** Writes all columns; locals from `first` on hold the quotient digits, the carry, a column, and two constants. */
function writeColumns(
  out: Emitter,
  shape: CurveShape,
  first: number,
  writeProducts: (column: number) => void,
): void {
  const { limbs, limbBits } = shape
  const [carry, value, mask, half] = [
    first + limbs,
    first + limbs + 1,
    first + limbs + 2,
    first + limbs + 3,
  ]
  i64(out, 2 ** limbBits - 1)
  set(out, mask)
  i64(out, 2 ** (limbBits - 1))
  set(out, half)
  for (let column = 0; column < 2 * limbs - 1; column++) {
    get(out, carry)
    writeProducts(column)
    addQuotients(out, shape, first, column)
    if (column < limbs) writeQuotient(out, shape, first + column, value, mask)
    else writeLimb(out, column - limbs, value, mask, half)
    get(out, value)
    withConstant(out, OP.i64ShrS, limbBits)
    set(out, carry)
  }
  get(out, TO)
  get(out, carry)
  addQuotients(out, shape, first, 2 * limbs - 1)
  opAt(out, OP.i64Store, 8 * (limbs - 1))
}

/** Adds the digits q whose shifted value falls into the column. */
function addQuotients(out: Emitter, shape: CurveShape, first: number, column: number): void {
  const { limbs, limbBits } = shape
  for (const [exponent, sign] of shape.powers) {
    const digit = column - Math.floor(exponent / limbBits)
    if (digit < 0 || digit >= limbs) continue
    get(out, first + digit)
    if (exponent % limbBits > 0) withConstant(out, OP.i64Shl, exponent % limbBits)
    op(out, sign === 1 ? OP.i64Add : OP.i64Sub)
  }
}

/** Pops a column: sets its quotient digit, and `value` to the column less k times the digit. */
function writeQuotient(
  out: Emitter,
  { k, limbBits }: CurveShape,
  digit: number,
  value: number,
  mask: number,
): void {
  set(out, value)
  get(out, value)
  if (k !== 1) withConstant(out, OP.i64Mul, inverseModuloPower(k, limbBits))
  get(out, mask)
  op(out, OP.i64And)
  set(out, digit)
  // With k = 1, the shift to the right drops the digit.
  if (k === 1) return
  get(out, value)
  get(out, digit)
  withConstant(out, OP.i64Mul, k)
  op(out, OP.i64Sub)
  set(out, value)
}

/** Pops a column: stores its lowest digit, balanced, and sets `value` to the column plus u. */
function writeLimb(out: Emitter, place: number, value: number, mask: number, half: number): void {
  get(out, half)
  op(out, OP.i64Add)
  set(out, value)
  get(out, TO)
  get(out, value)
  get(out, mask)
  op(out, OP.i64And)
  get(out, half)
  op(out, OP.i64Sub)
  opAt(out, OP.i64Store, 8 * place)
}

/** The inverse of an odd number modulo 2^bits, by Newton's iteration; bits is 30 at most. */
function inverseModuloPower(odd: number, bits: number): number {
  let inverse = 1
  for (let known = 1; known < bits; known *= 2) {
    inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse))
  }
  return inverse & (2 ** bits - 1)
}
