/**
 * GHASH in WebAssembly, one block after the other: products without carries by multiplications of integers.
 *
 * A factor is split into four numbers that have every fourth bit each. At most 15 products of two bits, and no
 * carry out of the lowest bits, meet in one place of an integer product: they do not reach the next place, four
 * bits further. (Sixteen could meet in the highest place alone, where nothing is above.) The integers' high halves
 * are those low halves again, of the factors with their bits reversed. Karatsuba's method makes three products of
 * 64 bits out of one of 128. i64.mul takes the same time for all numbers on the processors of today.
 *
 * @see Pornin, "Constant-Time Mul" and the file ghash_ctmul64.c of BearSSL; NIST SP 800-38D section 6.4
 */

import { NO_RESULT, OP, SIMD } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i32,
  i64,
  op,
  opAt,
  opWith,
  type PlainFunction,
  set,
  simd,
  simdAt,
  simdWith,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import { countDown, FUNCTION, increase, SWAPPED_HALVES, swizzleBy } from './kernel-parts.ts'
import { AT, BLOCK } from './memory-layout.ts'

/** The factors of one block: y0, y1 and their sum, then the same with the bits reversed. */
const FACTORS = 6

/** Masks of every fourth bit: locals from `first` on. */
function loadMasks(out: Emitter, first: number): void {
  for (let index = 0; index < 4; index++) {
    i64(out, 0x11111111 * 2 ** index)
    i64(out, 2 ** 32 + 1)
    op(out, OP.i64Mul)
    set(out, first + index)
  }
}

const REVERSED_NIBBLES = [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15]

/** Reverses the bits within each byte of a local: two look-ups of nibbles. Pushes the result. */
function pushReversedBits(out: Emitter, vector: number): void {
  simdWith(
    out,
    SIMD.const,
    REVERSED_NIBBLES.map((nibble) => nibble << 4),
  )
  get(out, vector)
  pushNibbleMask(out)
  simd(out, SIMD.and)
  simd(out, SIMD.swizzle)
  simdWith(out, SIMD.const, REVERSED_NIBBLES)
  get(out, vector)
  pushNibbleMask(out)
  simd(out, SIMD.andnot)
  i32(out, 4)
  simd(out, SIMD.i32x4ShrU)
  simd(out, SIMD.swizzle)
  simd(out, SIMD.or)
}

function pushNibbleMask(out: Emitter): void {
  i32(out, 15)
  simd(out, SIMD.i8x16Splat)
}

/** Sets two locals to the halves of the vector on the stack; uses a third, of type v128. */
function setHalves(out: Emitter, vector: number, low: number, high: number): void {
  opWith(out, OP.tee, vector)
  simdWith(out, SIMD.i64x2ExtractLane, [0])
  set(out, low)
  get(out, vector)
  simdWith(out, SIMD.i64x2ExtractLane, [1])
  set(out, high)
}

/**
 * Sets the locals from `factors` on to the six factors of the block in `block`.
 *
 * The first half of a block, read as a big-endian number, is y1; as bytes whose bits are reversed, read as a
 * little-endian number, it is y1 with all its bits reversed.
 */
function setFactors(out: Emitter, block: number, scratch: number, factors: number): void {
  get(out, block)
  swizzleBy(out, SWAPPED_HALVES)
  setHalves(out, scratch, factors + 1, factors)
  pushReversedBits(out, block)
  setHalves(out, scratch, factors + 4, factors + 3)
  for (const sum of [factors + 2, factors + 5]) {
    get(out, sum - 2)
    get(out, sum - 1)
    op(out, OP.i64Xor)
    set(out, sum)
  }
}

/** Encrypts a block of zeros, which is H, and splits it for `hash`. */
export const PREPARE_HASH: PlainFunction = {
  name: 'prepareHash',
  parameters: [],
  locals: [
    [2, TYPE.v128],
    [4 + FACTORS, TYPE.i64],
  ],
  body(out) {
    const [block, scratch, masks, factors] = [0, 1, 2, 6]
    loadMasks(out, masks)
    i32(out, 0)
    i32(out, 0)
    simd(out, SIMD.i8x16Splat)
    opWith(out, OP.call, FUNCTION.encryptBlock)
    opWith(out, OP.tee, block)
    simdAt(out, SIMD.store, AT.subkey)
    setFactors(out, block, scratch, factors)
    for (let part = 0; part < 4 * FACTORS; part++) {
      i32(out, 0)
      get(out, factors + (part >> 2))
      get(out, masks + (part & 3))
      op(out, OP.i64And)
      opAt(out, OP.i64Store, AT.masked + 8 * part)
    }
  },
}

/** Locals of `hash`, behind its two parameters. */
const [ADDRESS, COUNT, BLOCK_SUM, SCRATCH] = [0, 1, 2, 3]
const MASKS = 4
const SUBKEY = MASKS + 4
const Y = SUBKEY + 4 * FACTORS
const PARTS = Y + FACTORS
const PRODUCTS = PARTS + 4
const V = PRODUCTS + FACTORS

/** Absorbs `count` blocks at `address` into Y, which is at `AT.hash`. */
export const HASH: PlainFunction = {
  name: 'hash',
  parameters: [TYPE.i32, TYPE.i32],
  locals: [
    [2, TYPE.v128],
    [V + 4 - MASKS, TYPE.i64],
  ],
  body(out) {
    loadMasks(out, MASKS)
    for (let part = 0; part < 4 * FACTORS; part++) {
      i32(out, 0)
      opAt(out, OP.i64Load, AT.masked + 8 * part)
      set(out, SUBKEY + part)
    }
    i32(out, 0)
    simdAt(out, SIMD.load, AT.hash)
    set(out, BLOCK_SUM)
    opWith(out, OP.loop, NO_RESULT)
    get(out, BLOCK_SUM)
    get(out, ADDRESS)
    simdAt(out, SIMD.load, 0)
    simd(out, SIMD.xor)
    set(out, BLOCK_SUM)
    setFactors(out, BLOCK_SUM, SCRATCH, Y)
    for (let factor = 0; factor < FACTORS; factor++) multiply(out, factor)
    combine(out)
    reduce(out)
    // Back to bytes: v3 is the number of the first half.
    get(out, V + 3)
    simd(out, SIMD.i64x2Splat)
    get(out, V + 2)
    simdWith(out, SIMD.i64x2ReplaceLane, [1])
    swizzleBy(out, SWAPPED_HALVES)
    set(out, BLOCK_SUM)
    increase(out, ADDRESS, BLOCK)
    countDown(out, COUNT)
    i32(out, 0)
    get(out, BLOCK_SUM)
    simdAt(out, SIMD.store, AT.hash)
  },
}

/** The low 64 bits of the product of a factor and the subkey's, without carries: 16 multiplications. */
function multiply(out: Emitter, factor: number): void {
  for (let part = 0; part < 4; part++) {
    get(out, Y + factor)
    get(out, MASKS + part)
    op(out, OP.i64And)
    set(out, PARTS + part)
  }
  for (let place = 0; place < 4; place++) {
    for (let part = 0; part < 4; part++) {
      get(out, PARTS + part)
      get(out, SUBKEY + 4 * factor + ((place - part) & 3))
      op(out, OP.i64Mul)
      if (part > 0) op(out, OP.i64Xor)
    }
    get(out, MASKS + place)
    op(out, OP.i64And)
    if (place > 0) op(out, OP.i64Or)
  }
  set(out, PRODUCTS + factor)
}

/**
 * Karatsuba: the product of both blocks in v0 to v3, low to high.
 *
 * The products of the reversed factors are the high halves, reversed and one bit too far to the left: 64 bits times
 * 64 bits without carries have 127. In the bit order of GCM the whole is one bit too far to the right.
 */
function combine(out: Emitter): void {
  const [z0, z1, z2] = [PRODUCTS, PRODUCTS + 1, PRODUCTS + 2] as const
  const [r0, r1, r2] = [PRODUCTS + 3, PRODUCTS + 4, PRODUCTS + 5] as const
  for (const middle of [z2, r2]) {
    get(out, middle)
    get(out, middle - 1)
    op(out, OP.i64Xor)
    get(out, middle - 2)
    op(out, OP.i64Xor)
    set(out, middle)
  }
  for (const high of [r0, r1, r2]) {
    get(out, high)
    reverse64(out)
    i64(out, 1)
    op(out, OP.i64ShrU)
    set(out, high)
  }
  get(out, z0)
  set(out, V)
  for (const [index, left, right] of [
    [1, r0, z2],
    [2, z1, r2],
  ] as const) {
    get(out, left)
    get(out, right)
    op(out, OP.i64Xor)
    set(out, V + index)
  }
  get(out, r1)
  set(out, V + 3)
  for (let index = 3; index >= 0; index--) {
    get(out, V + index)
    i64(out, 1)
    op(out, OP.i64Shl)
    if (index > 0) {
      get(out, V + index - 1)
      i64(out, 63)
      op(out, OP.i64ShrU)
      op(out, OP.i64Or)
    }
    set(out, V + index)
  }
}

/** Reverses the 64 bits on the stack: as bytes of a vector. */
function reverse64(out: Emitter): void {
  simd(out, SIMD.i64x2Splat)
  set(out, SCRATCH)
  pushReversedBits(out, SCRATCH)
  swizzleBy(out, SWAPPED_HALVES)
  simdWith(out, SIMD.i64x2ExtractLane, [0])
}

/** Modulo x^128 + x^7 + x^2 + x + 1, in reversed bit order: v0 into v1 and v2, then v1 into v2 and v3. */
function reduce(out: Emitter): void {
  for (const from of [V, V + 1]) {
    get(out, from + 2)
    get(out, from)
    op(out, OP.i64Xor)
    xorShifted(out, from, OP.i64ShrU, [1, 2, 7])
    set(out, from + 2)
    get(out, from + 1)
    xorShifted(out, from, OP.i64Shl, [63, 62, 57])
    set(out, from + 1)
  }
}

function xorShifted(out: Emitter, from: number, shift: number, counts: readonly number[]): void {
  for (const count of counts) {
    get(out, from)
    i64(out, count)
    op(out, shift)
    op(out, OP.i64Xor)
  }
}
