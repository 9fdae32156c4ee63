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
  get,
  i32,
  op,
  opWith,
  type PlainFunction,
  set,
  simd,
  simdAt,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import { transpose } from './kernel-lane-table.ts'
import { FUNCTION, fillZero, increase } from './kernel-parts.ts'
import { AT, BLOCK, LANES, NEXT, PLACES, STATE } from './memory-layout.ts'

/** Bytes of a group. */
const GROUP = LANES * BLOCK

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

/** Absorbs `groups` groups of 16 blocks at `address` into Y, which is at `AT.hash`. */
export const HASH_LANES: PlainFunction = {
  name: 'hashLanes',
  parameters: [TYPE.i32, TYPE.i32],
  locals: [[1, TYPE.i32]],
  body(out) {
    const [address, groups, offset] = [0, 1, 2]
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
    i32(out, GROUP)
    set(out, offset)
    opWith(out, OP.loop, NO_RESULT)
    increase(out, offset, -BLOCK)
    get(out, offset)
    get(out, offset)
    simdAt(out, SIMD.load, STATE)
    get(out, offset)
    simdAt(out, SIMD.load, NEXT)
    simd(out, SIMD.xor)
    simdAt(out, SIMD.store, STATE)
    get(out, offset)
    opWith(out, OP.brIf, 0)
    op(out, OP.end)
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
