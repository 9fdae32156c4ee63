/**
 * GHASH of long texts in WebAssembly: 16 blocks side by side.
 *
 * Block b of each group of 16 belongs to lane b, and each lane has a sum by Horner's rule with H^16; at the end the
 * 16 sums go through `hash` as 16 blocks, which multiplies them by H^16 down to H. The state is transposed: a vector
 * has the bytes of one place in all 16 lanes. All lanes are multiplied by H^16 at once: for each nibble's place and
 * each byte of the product, one vector holds the byte for all 16 values of the nibble. So the nibbles are indices
 * of swizzles, never addresses: the time does not depend on the data.
 *
 * @see McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)" (2005), section 4.1, for tables of nibbles
 */

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
import { FUNCTION, fillZero, increase, SWAPPED_HALVES, swizzleBy } from './kernel-parts.ts'
import { AT, BLOCK } from './memory-layout.ts'

/** Blocks of a group, and bytes. */
const LANES = 16
const GROUP = LANES * BLOCK

/** Places of a nibble in a block. */
const PLACES = 32

/** Two groups at work, both transposed: the state, and what it absorbs next. */
const STATE = AT.lanes
const NEXT = AT.lanes + GROUP

const INTERLEAVE_LOW = [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23]
const INTERLEAVE_HIGH = INTERLEAVE_LOW.map((place) => place + 8)

/**
 * Transposes a group of 16 vectors of 16 bytes. `from` and `to` may be the same.
 *
 * A step interleaves vector i with vector i + 8, which rotates the eight bits of a byte's index, vector and place,
 * by one. Four steps exchange vector and place.
 */
export const TRANSPOSE: PlainFunction = {
  parameters: [TYPE.i32, TYPE.i32],
  locals: [[2 * LANES, TYPE.v128]],
  body(out) {
    const [from, to, vectors] = [0, 1, 2]
    for (let index = 0; index < LANES; index++) {
      get(out, from)
      simdAt(out, SIMD.load, BLOCK * index)
      set(out, vectors + index)
    }
    for (let step = 0; step < 4; step++) {
      const before = vectors + LANES * (step & 1)
      const after = vectors + LANES * ((step + 1) & 1)
      for (let index = 0; index < LANES; index++) {
        get(out, before + (index >> 1))
        get(out, before + (index >> 1) + LANES / 2)
        simdWith(out, SIMD.shuffle, index % 2 === 0 ? INTERLEAVE_LOW : INTERLEAVE_HIGH)
        set(out, after + index)
      }
    }
    for (let index = 0; index < LANES; index++) {
      get(out, to)
      get(out, vectors + index)
      simdAt(out, SIMD.store, BLOCK * index)
    }
  },
}

/** Multiplies all lanes of the transposed state by H^16: two look-ups for each byte of state and product. */
export const MULTIPLY_LANES: PlainFunction = {
  parameters: [],
  locals: [
    [2, TYPE.i32],
    [1 + PLACES, TYPE.v128],
  ],
  body(out) {
    const [table, target, mask, nibbles] = [0, 1, 2, 3]
    i32(out, 15)
    simd(out, SIMD.i8x16Splat)
    set(out, mask)
    for (let byte = 0; byte < BLOCK; byte++) {
      i32(out, 0)
      simdAt(out, SIMD.load, STATE + BLOCK * byte)
      opWith(out, OP.tee, nibbles + 2 * byte)
      get(out, mask)
      simd(out, SIMD.and)
      set(out, nibbles + 2 * byte + 1)
      get(out, nibbles + 2 * byte)
      get(out, mask)
      simd(out, SIMD.andnot)
      i32(out, 4)
      simd(out, SIMD.i32x4ShrU)
      set(out, nibbles + 2 * byte)
    }
    i32(out, AT.laneTable)
    set(out, table)
    i32(out, STATE)
    set(out, target)
    opWith(out, OP.loop, NO_RESULT)
    get(out, target)
    for (let place = 0; place < PLACES; place++) {
      get(out, table)
      simdAt(out, SIMD.load, BLOCK * place)
      get(out, nibbles + place)
      simd(out, SIMD.swizzle)
      if (place > 0) simd(out, SIMD.xor)
    }
    simdAt(out, SIMD.store, 0)
    increase(out, table, BLOCK * PLACES)
    increase(out, target, BLOCK)
    get(out, target)
    i32(out, STATE + GROUP)
    op(out, OP.i32Ne)
    opWith(out, OP.brIf, 0)
    op(out, OP.end)
  },
}

/** Makes the table of H^16. `hash` has to be prepared; nothing may have been absorbed. */
export const PREPARE_LANES: PlainFunction = {
  name: 'prepareLanes',
  parameters: [],
  locals: [
    [1, TYPE.i32],
    [1, TYPE.v128],
    [2, TYPE.i64],
  ],
  body(out) {
    const [place, vector, low, high] = [0, 1, 2, 3]
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
    for (let byte = 0; byte < BLOCK; byte++) {
      get(out, place)
      i32(out, 0)
      simdAt(out, SIMD.load, STATE + BLOCK * byte)
      simdAt(out, SIMD.store, AT.laneTable + BLOCK * PLACES * byte)
    }
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

/** Absorbs `groups` groups of 16 blocks at `address` into Y, which is at `AT.hash`. */
export const HASH_LANES: PlainFunction = {
  name: 'hashLanes',
  parameters: [TYPE.i32, TYPE.i32],
  body(out) {
    const [address, groups] = [0, 1]
    // Y belongs to the first lane.
    i32(out, STATE)
    fillZero(out, GROUP)
    i32(out, 0)
    i32(out, 0)
    simdAt(out, SIMD.load, AT.hash)
    simdAt(out, SIMD.store, STATE)
    transpose(out, STATE, STATE)
    opWith(out, OP.loop, NO_RESULT)
    get(out, address)
    i32(out, NEXT)
    opWith(out, OP.call, FUNCTION.transpose)
    for (let offset = 0; offset < GROUP; offset += BLOCK) {
      i32(out, 0)
      i32(out, 0)
      simdAt(out, SIMD.load, STATE + offset)
      i32(out, 0)
      simdAt(out, SIMD.load, NEXT + offset)
      simd(out, SIMD.xor)
      simdAt(out, SIMD.store, STATE + offset)
    }
    increase(out, address, GROUP)
    get(out, groups)
    i32(out, 1)
    op(out, OP.i32Sub)
    opWith(out, OP.tee, groups)
    opWith(out, OP.if, NO_RESULT)
    opWith(out, OP.call, FUNCTION.multiplyLanes)
    opWith(out, OP.br, 1)
    op(out, OP.end)
    op(out, OP.end)
    transpose(out, STATE, STATE)
    i32(out, AT.hash)
    fillZero(out, BLOCK)
    i32(out, STATE)
    i32(out, LANES)
    opWith(out, OP.call, FUNCTION.hash)
  },
}

function transpose(out: Emitter, from: number, to: number): void {
  i32(out, from)
  i32(out, to)
  opWith(out, OP.call, FUNCTION.transpose)
}
