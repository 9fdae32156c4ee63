/** What GHASH in lanes prepares in WebAssembly: transposed groups, and the table of H^16. */

import { NO_RESULT, OP, SIMD } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i32,
  i64,
  op,
  opWith,
  type PlainFunction,
  set,
  simd,
  simdAt,
  simdWith,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import {
  countDown,
  FUNCTION,
  fillZero,
  increase,
  SWAPPED_HALVES,
  swizzleBy,
} from './kernel-parts.ts'
import { AT, BLOCK, LANES, NEXT, PLACES, STATE, WORK } from './memory-layout.ts'

/** Bytes of a group. */
const GROUP = LANES * BLOCK

const INTERLEAVE_LOW = [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23]
const INTERLEAVE_HIGH = INTERLEAVE_LOW.map((place) => place + 8)

/**
 * Transposes a group of 16 vectors of 16 bytes. `from` and `to` may be the same.
 *
 * A step interleaves vector i with vector i + 8, which rotates the eight bits of a byte's index, vector and place,
 * by one. Four steps exchange vector and place. The steps go through two groups in turn; the fourth ends at `to`.
 * Written out, the steps would be 1.6 kB of code, and a long text would take 3 % less time.
 */
export const TRANSPOSE: PlainFunction = {
  parameters: [TYPE.i32, TYPE.i32],
  locals: [
    [3, TYPE.i32],
    [2, TYPE.v128],
  ],
  body(out) {
    const [from, to, target, step, end, left, right] = [0, 1, 2, 3, 4, 5, 6]
    i32(out, 4)
    set(out, step)
    opWith(out, OP.loop, NO_RESULT)
    i32(out, WORK)
    i32(out, GROUP)
    get(out, step)
    i32(out, 1)
    op(out, OP.i32And)
    op(out, OP.i32Mul)
    op(out, OP.i32Add)
    get(out, to)
    get(out, step)
    i32(out, 1)
    op(out, OP.i32Ne)
    op(out, OP.select)
    set(out, target)
    get(out, from)
    i32(out, GROUP / 2)
    op(out, OP.i32Add)
    set(out, end)
    opWith(out, OP.loop, NO_RESULT)
    get(out, from)
    simdAt(out, SIMD.load, 0)
    set(out, left)
    get(out, from)
    simdAt(out, SIMD.load, GROUP / 2)
    set(out, right)
    for (const [index, places] of [INTERLEAVE_LOW, INTERLEAVE_HIGH].entries()) {
      get(out, target)
      get(out, left)
      get(out, right)
      simdWith(out, SIMD.shuffle, places)
      simdAt(out, SIMD.store, BLOCK * index)
    }
    increase(out, target, 2 * BLOCK)
    increase(out, from, BLOCK)
    get(out, from)
    get(out, end)
    op(out, OP.i32Ne)
    opWith(out, OP.brIf, 0)
    op(out, OP.end)
    get(out, target)
    i32(out, GROUP)
    op(out, OP.i32Sub)
    set(out, from)
    countDown(out, step)
  },
}

/** Makes the table of H^16. `hash` has to be prepared; nothing may have been absorbed. */
export const PREPARE_LANES: PlainFunction = {
  name: 'prepareLanes',
  parameters: [],
  locals: [
    [2, TYPE.i32],
    [1, TYPE.v128],
    [2, TYPE.i64],
  ],
  body(out) {
    const [place, row, vector, low, high] = [0, 1, 2, 3, 4]
    // H absorbs 15 blocks of zeros.
    i32(out, 0)
    i32(out, 0)
    simdAt(out, SIMD.load, AT.subkey)
    simdAt(out, SIMD.store, AT.hash)
    i32(out, NEXT)
    i32(out, 15)
    opWith(out, OP.call, FUNCTION.hash)
    i32(out, 0)
    simdAt(out, SIMD.load, AT.hash)
    swizzleBy(out, SWAPPED_HALVES)
    opWith(out, OP.tee, vector)
    simdWith(out, SIMD.i64x2ExtractLane, [0])
    set(out, high)
    get(out, vector)
    simdWith(out, SIMD.i64x2ExtractLane, [1])
    set(out, low)
    i32(out, AT.hash)
    fillZero(out, BLOCK)
    opWith(out, OP.loop, NO_RESULT)
    // The first bit of a nibble has the lowest power of x.
    for (const value of [8, 4, 2, 1]) {
      i32(out, 0)
      get(out, high)
      simd(out, SIMD.i64x2Splat)
      get(out, low)
      simdWith(out, SIMD.i64x2ReplaceLane, [1])
      swizzleBy(out, SWAPPED_HALVES)
      simdAt(out, SIMD.store, STATE + BLOCK * value)
      timesX(out, low, high)
    }
    i32(out, STATE)
    fillZero(out, BLOCK)
    for (let value = 3; value < 16; value++) {
      const lowest = value & -value
      if (lowest === value) continue
      i32(out, 0)
      for (const part of [lowest, value - lowest]) {
        i32(out, 0)
        simdAt(out, SIMD.load, STATE + BLOCK * part)
      }
      simd(out, SIMD.xor)
      simdAt(out, SIMD.store, STATE + BLOCK * value)
    }
    transpose(out, STATE, STATE)
    // The row of byte b goes into the b-th part of the table.
    i32(out, GROUP)
    set(out, row)
    opWith(out, OP.loop, NO_RESULT)
    increase(out, row, -BLOCK)
    get(out, row)
    i32(out, PLACES)
    op(out, OP.i32Mul)
    get(out, place)
    op(out, OP.i32Add)
    get(out, row)
    simdAt(out, SIMD.load, STATE)
    simdAt(out, SIMD.store, AT.laneTable)
    get(out, row)
    opWith(out, OP.brIf, 0)
    op(out, OP.end)
    increase(out, place, BLOCK)
    get(out, place)
    i32(out, BLOCK * PLACES)
    op(out, OP.i32Ne)
    opWith(out, OP.brIf, 0)
    op(out, OP.end)
  },
}

/** Multiplies a block by x, its halves read as big-endian numbers: SP 800-38D section 6.3, step 3. */
function timesX(out: Emitter, low: number, high: number): void {
  // R, 0xe1 in the first byte, where the last bit is set.
  get(out, low)
  i64(out, 1)
  op(out, OP.i64And)
  i64(out, 0xe1)
  op(out, OP.i64Mul)
  i64(out, 56)
  op(out, OP.i64Shl)
  get(out, low)
  i64(out, 1)
  op(out, OP.i64ShrU)
  get(out, high)
  i64(out, 63)
  op(out, OP.i64Shl)
  op(out, OP.i64Or)
  set(out, low)
  get(out, high)
  i64(out, 1)
  op(out, OP.i64ShrU)
  op(out, OP.i64Xor)
  set(out, high)
}

/** Calls {@link TRANSPOSE}. */
export function transpose(out: Emitter, from: number, to: number): void {
  i32(out, from)
  i32(out, to)
  opWith(out, OP.call, FUNCTION.transpose)
}
