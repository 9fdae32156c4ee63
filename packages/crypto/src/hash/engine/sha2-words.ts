/** What differs between SHA-2 of 32-bit words (SHA-224, SHA-256) and of 64-bit words (SHA-384, SHA-512). */

import { OP, SIMD } from '../../wasm/opcodes.ts'
import { type Emitter, simd, simdWith, TYPE } from '../../wasm/plain-emitter.ts'

/** The bits of a word. */
export type WordBits = 32 | 64

/** All that differs between the two word lengths. */
export interface Words {
  readonly type: typeof TYPE.i32 | typeof TYPE.i64
  readonly bytes: number
  readonly rounds: number
  /** Instructions. */
  readonly load: number
  readonly store: number
  readonly add: number
  readonly and: number
  readonly xor: number
  readonly rotateRight: number
  readonly shiftRight: number
  readonly constant: number
  readonly extractLane: number
  /** Rotations of Σ0 and Σ1; of σ0 and σ1, whose third is a shift. */
  readonly sums: readonly [readonly number[], readonly number[]]
  readonly schedule: readonly [readonly number[], readonly number[]]
}

/** The rows: FIPS 180-4 sections 4.1.2, 4.1.3, 6.2 and 6.4. */
export const WORDS: Readonly<Record<WordBits, Words>> = {
  32: {
    type: TYPE.i32,
    bytes: 4,
    rounds: 64,
    load: OP.i32Load,
    store: OP.i32Store,
    add: OP.i32Add,
    and: OP.i32And,
    xor: OP.i32Xor,
    rotateRight: OP.i32Rotr,
    shiftRight: OP.i32ShrU,
    constant: OP.i32Const,
    extractLane: SIMD.i32x4ExtractLane,
    sums: [
      [2, 13, 22],
      [6, 11, 25],
    ],
    schedule: [
      [7, 18, 3],
      [17, 19, 10],
    ],
  },
  64: {
    type: TYPE.i64,
    bytes: 8,
    rounds: 80,
    load: OP.i64Load,
    store: OP.i64Store,
    add: OP.i64Add,
    and: OP.i64And,
    xor: OP.i64Xor,
    rotateRight: OP.i64Rotr,
    shiftRight: OP.i64ShrU,
    constant: OP.i64Const,
    extractLane: SIMD.i64x2ExtractLane,
    sums: [
      [28, 34, 39],
      [14, 18, 41],
    ],
    schedule: [
      [1, 8, 7],
      [19, 61, 6],
    ],
  },
}

/** Swaps the bytes of each word of the vector on the stack: big-endian to little-endian, or back. */
export function swapBytes(out: Emitter, words: Words): void {
  const places: number[] = []
  for (let i = 0; i < 16; i++) places.push(i ^ (words.bytes - 1))
  simdWith(out, SIMD.const, places)
  simd(out, SIMD.swizzle)
}
