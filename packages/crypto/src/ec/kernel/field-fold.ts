/**
 * The reduction modulo p = 2^256 - 2^32 - 977 of P-256K: the upper half of a product is folded onto the lower one.
 *
 * With 9 limbs of 29 bits, 2^261 = 2^37 + 31264 modulo p. The upper columns are carried first and give digits h_0 to
 * h_8 at the places 9 to 17; digit h_k adds 31264·h_k at place k and 2^8·h_k at place k + 1. What leaves the lower 9
 * limbs is folded in the same way once more, and carried through two limbs.
 *
 * There is no Montgomery domain: R is 1. A Montgomery reduction would have to multiply by 977^-1 for each digit, one
 * after the other.
 *
 * Bounds: limbs of up to 3u by limbs of up to 3u. Limbs of the result are balanced, the third one may exceed u by
 * 2^22; the result is in (-17p, 17p).
 *
 * @see SEC 2 section 2.4.1; Solinas, "Generalized Mersenne numbers" (1999)
 */

import { OP } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  op,
  opAt,
  type PlainFunction,
  set,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import type { CurveShape } from './curve-shape.ts'
import { type Columns, storeBalanced, TO } from './field-columns.ts'
import { withConstant } from './write-code.ts'

/** 2^261 = 2^29·2^8 + 2^5·977 modulo p. */
const [SHIFT, FACTOR] = [8, 31264]

/** Writes the reduction: for every column a call of `columns`, which pushes the sum of its products. */
export function writeFold(out: Emitter, { limbs, limbBits }: CurveShape, columns: Columns): void {
  const { first: digit, pushProducts } = columns
  const [value, overflow] = [digit + limbs, digit + limbs + 1]
  const half = 2 ** (limbBits - 1)
  const last = digit + limbs - 1
  const addCarry = () => {
    get(out, value)
    withConstant(out, OP.i64ShrS, limbBits)
    op(out, OP.i64Add)
  }
  for (let place = 0; place < limbs - 1; place++) {
    pushProducts(limbs + place, false)
    if (place > 0) addCarry()
    set(out, value)
    get(out, value)
    withConstant(out, OP.i64And, 2 * half - 1)
    set(out, digit + place)
  }
  get(out, value)
  withConstant(out, OP.i64ShrS, limbBits)
  set(out, last)
  for (let place = 0; place < limbs; place++) {
    pushProducts(place, false)
    addScaled(out, digit + place, OP.i64Mul, FACTOR)
    if (place > 0) addScaled(out, digit + place - 1, OP.i64Shl, SHIFT)
    if (place > 0) addCarry()
    storeBalanced(out, place, value, half)
  }
  get(out, value)
  withConstant(out, OP.i64ShrS, limbBits)
  addScaled(out, last, OP.i64Shl, SHIFT)
  set(out, overflow)
  pushLimb(out, TO, 0)
  addScaled(out, overflow, OP.i64Mul, FACTOR)
  storeBalanced(out, 0, value, half)
  pushLimb(out, TO, 1)
  addScaled(out, overflow, OP.i64Shl, SHIFT)
  addCarry()
  storeBalanced(out, 1, value, half)
  get(out, TO)
  pushLimb(out, TO, 2)
  addCarry()
  opAt(out, OP.i64Store, 16)
}

/**
 * (to, a): a number congruent to a in [-p, 2p), for `freeze`: the bits from 256 up are folded, 2^256 = 2^32 + 977.
 */
export function foldTopFunction({ limbs, limbBits }: CurveShape): PlainFunction {
  const [to, a, overflow] = [0, 1, 2]
  const topBits = 256 - (limbs - 1) * limbBits
  return {
    name: 'leave',
    parameters: [TYPE.i32, TYPE.i32],
    locals: [[1, TYPE.i64]],
    body(out) {
      pushLimb(out, a, limbs - 1)
      withConstant(out, OP.i64ShrS, topBits)
      set(out, overflow)
      for (let place = 0; place < limbs; place++) {
        get(out, to)
        pushLimb(out, a, place)
        if (place === 0) addScaled(out, overflow, OP.i64Mul, 977)
        if (place === 1) addScaled(out, overflow, OP.i64Shl, 32 - limbBits)
        if (place === limbs - 1) withConstant(out, OP.i64And, 2 ** topBits - 1)
        opAt(out, OP.i64Store, 8 * place)
      }
    },
  }
}

function pushLimb(out: Emitter, address: number, place: number): void {
  get(out, address)
  opAt(out, OP.i64Load, 8 * place)
}

/** Adds a local, multiplied by a constant or shifted by it. */
function addScaled(out: Emitter, local: number, opcode: number, by: number): void {
  get(out, local)
  withConstant(out, opcode, by)
  op(out, OP.i64Add)
}
