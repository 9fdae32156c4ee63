/** Turns the columns of a product back into limbs. */

import { OP, SIMD } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i32,
  op,
  type PlainFunction,
  set,
  simd,
  simdAt,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import {
  beginCountDown,
  endCountDown,
  F64X2,
  increase,
  limbCount,
  load,
  round,
  scale,
} from './kernel-parts.ts'
import { LIMB } from './memory-layout.ts'

/**
 * `carry(source, target, factor)`: k columns, times a factor of 1 or 2 for each lane, become balanced limbs.
 *
 * Two passes in one, the second a limb behind the first. Each moves the part of a limb above 2^w to the next limb.
 * All limbs are treated alike, where one exact pass would be a chain through all of them. After the second pass a
 * limb exceeds a digit by at most 2^(54-2w) + 2. The top limb keeps its carry: it holds the sign.
 */
export const carryFunction: PlainFunction = {
  parameters: [TYPE.i32, TYPE.i32, TYPE.v128],
  locals: [
    [4, TYPE.v128],
    [1, TYPE.i32],
  ],
  body(out) {
    limbCount(out)
    i32(out, 1)
    op(out, OP.i32Sub)
    beginCountDown(out, REST)
    column(out)
    set(out, VALUE)
    carryFrom(out, FIRST_CARRY)
    set(out, VALUE)
    get(out, TARGET)
    carryFrom(out, SECOND_CARRY)
    simdAt(out, SIMD.store, 0)
    increase(out, SOURCE, LIMB)
    increase(out, TARGET, LIMB)
    endCountDown(out, REST)
    get(out, TARGET)
    column(out)
    get(out, FIRST_CARRY)
    simd(out, F64X2.add)
    get(out, SECOND_CARRY)
    simd(out, F64X2.add)
    simdAt(out, SIMD.store, 0)
  },
}

const SOURCE = 0
const TARGET = 1
const FACTOR = 2
const VALUE = 3
const HIGH = 4
const FIRST_CARRY = 5
const SECOND_CARRY = 6
const REST = 7

function column(out: Emitter): void {
  load(out, SOURCE, 0)
  get(out, FACTOR)
  simd(out, F64X2.multiply)
}

/** Pushes what is left of the value without its high part, plus the carry; the high part is the next carry. */
function carryFrom(out: Emitter, carry: number): void {
  get(out, VALUE)
  round(out)
  set(out, HIGH)
  get(out, VALUE)
  get(out, HIGH)
  simd(out, F64X2.subtract)
  get(out, carry)
  simd(out, F64X2.add)
  get(out, HIGH)
  scale(out)
  set(out, carry)
}
