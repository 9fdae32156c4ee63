/**
 * The product modulo the order of the base point: Montgomery's reduction row by row, as a loop over memory.
 *
 * A signature takes six of these products, so a loop of a few hundred bytes is worth more than an unrolled function
 * of several thousand.
 *
 * Bounds: limbs of up to 4u by limbs of up to 2u, the order's own limbs and the quotient digits from 0 to 2u - 1. A
 * column holds n · (8 + 4)u² at most, below 2^63 for every shape. The result is in [ab/R, ab/R + n), its limbs are
 * balanced. The result may replace an operand.
 *
 * @see Koç, Acar, Kaliski, "Analyzing and comparing Montgomery multiplication algorithms" (1996), finely integrated
 *   operand scanning
 */

import { OP } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i32,
  i64,
  op,
  opAt,
  type PlainFunction,
  set,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import type { CurveShape } from './curve-shape.ts'
import type { MemoryLayout } from './memory-layout.ts'
import { clear, countUp, limb, limbAt, sumOf, withConstant } from './write-code.ts'

const [TO, A, B, ROW, AT] = [0, 1, 2, 3, 4]
const [DIGIT, QUOTIENT, CARRY] = [5, 6, 7]

/** (to, a, b). */
export function orderMultiplyFunction(shape: CurveShape, layout: MemoryLayout): PlainFunction {
  const end = 8 * shape.limbs
  return {
    name: 'orderMultiply',
    parameters: [TYPE.i32, TYPE.i32, TYPE.i32],
    locals: [
      [2, TYPE.i32],
      [3, TYPE.i64],
    ],
    body(out) {
      clear(out, () => i32(out, layout.columns), layout.element)
      countUp(out, ROW, 0, end, 8, () => writeRow(out, shape, layout))
      writeResult(out, shape, layout)
    },
  }
}

/** Adds one limb times b and one quotient digit times the order, and moves the columns down by one. */
function writeRow(out: Emitter, { limbs, limbBits }: CurveShape, layout: MemoryLayout): void {
  const { columns, n, element } = layout
  limb(out, A, ROW)
  set(out, DIGIT)
  // The lowest column decides the digit: minus the column, divided by the order, modulo 2^w.
  i32(out, 0)
  opAt(out, OP.i64Load, columns)
  get(out, DIGIT)
  get(out, B)
  opAt(out, OP.i64Load, 0)
  op(out, OP.i64Mul)
  op(out, OP.i64Add)
  set(out, CARRY)
  i64(out, 0)
  get(out, CARRY)
  op(out, OP.i64Sub)
  i32(out, 0)
  opAt(out, OP.i64Load, n + element)
  op(out, OP.i64Mul)
  withConstant(out, OP.i64And, 2 ** limbBits - 1)
  set(out, QUOTIENT)
  get(out, CARRY)
  get(out, QUOTIENT)
  i32(out, 0)
  opAt(out, OP.i64Load, n)
  op(out, OP.i64Mul)
  op(out, OP.i64Add)
  withConstant(out, OP.i64ShrS, limbBits)
  set(out, CARRY)
  countUp(out, AT, 8, 8 * limbs, 8, () => {
    get(out, AT)
    limbAt(out, columns, AT)
    get(out, DIGIT)
    limb(out, B, AT)
    op(out, OP.i64Mul)
    op(out, OP.i64Add)
    get(out, QUOTIENT)
    limbAt(out, n, AT)
    op(out, OP.i64Mul)
    op(out, OP.i64Add)
    get(out, CARRY)
    op(out, OP.i64Add)
    opAt(out, OP.i64Store, columns - 8)
    i64(out, 0)
    set(out, CARRY)
  })
  i32(out, 0)
  i64(out, 0)
  opAt(out, OP.i64Store, columns + 8 * (limbs - 1))
}

/** Carries the columns into balanced limbs. */
function writeResult(out: Emitter, { limbs, limbBits }: CurveShape, { columns }: MemoryLayout) {
  const half = 2 ** (limbBits - 1)
  i64(out, 0)
  set(out, CARRY)
  countUp(out, AT, 0, 8 * (limbs - 1), 8, () => {
    limbAt(out, columns, AT)
    get(out, CARRY)
    op(out, OP.i64Add)
    withConstant(out, OP.i64Add, half)
    set(out, CARRY)
    sumOf(out, TO, AT)
    get(out, CARRY)
    withConstant(out, OP.i64And, 2 * half - 1)
    withConstant(out, OP.i64Sub, half)
    opAt(out, OP.i64Store, 0)
    get(out, CARRY)
    withConstant(out, OP.i64ShrS, limbBits)
    set(out, CARRY)
  })
  get(out, TO)
  limbAt(out, columns, AT)
  get(out, CARRY)
  op(out, OP.i64Add)
  opAt(out, OP.i64Store, 8 * (limbs - 1))
}
