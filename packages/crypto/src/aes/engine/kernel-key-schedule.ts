/**
 * The key schedule of AES, with the S-box of the cipher itself: no table is read at an address that depends on the
 * key. It takes less time than fetching a stored schedule would save, so none is stored.
 *
 * @see FIPS 197 sections 5.2 and 5.3.5
 */

import { NO_RESULT, OP, SIMD } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i32,
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
import { AFFINE_CONSTANT } from './field.ts'
import {
  increase,
  invert,
  loadSharedTables,
  mapBytes,
  pushLinearFromMemory,
  type State,
  swizzleBy,
} from './kernel-parts.ts'
import { AT, BLOCK } from './memory-layout.ts'

/** Parameters and locals: addresses, positions and words of type i32, then vectors. */
const KEY_LENGTH = 0
const IS_DECRYPTION = 1
/** The address of the word to come, and where it is in its group of as many words as the key has, in bytes. */
const ADDRESS = 2
const POSITION = 3
const WORD = 4
const ROUND_CONSTANT = 5
const END = 6
const STATE: State = [7, 8, 9]
const TABLES = 10

/**
 * Expands the key, whose bytes are at `AT.schedule`, and gives each round key the form that the direction needs.
 *
 * The first round key stays as it is. The S-box's constant is added to all others. Those but the last are in internal
 * form; to decrypt, InvMixColumns is applied to them before.
 */
export const EXPAND_KEY: PlainFunction = {
  name: 'expandKey',
  parameters: [TYPE.i32, TYPE.i32],
  locals: [
    [5, TYPE.i32],
    [6, TYPE.v128],
  ],
  body(out) {
    loadSharedTables(out, TABLES)
    // 4·(Nr + 1) words, where Nr is the number of words of the key plus 6.
    get(out, KEY_LENGTH)
    i32(out, 2)
    op(out, OP.i32Shl)
    i32(out, AT.schedule + 7 * BLOCK)
    op(out, OP.i32Add)
    set(out, END)
    expandWords(out)
    i32(out, 0)
    get(out, END)
    i32(out, BLOCK)
    op(out, OP.i32Sub)
    opWith(out, OP.tee, END)
    opAt(out, OP.i32Store, AT.lastKey)
    convertKeys(out)
  },
}

/** Section 5.2. In little-endian words, RotWord is a rotation to the right, and Rcon is the lowest byte. */
function expandWords(out: Emitter): void {
  get(out, KEY_LENGTH)
  i32(out, AT.schedule)
  op(out, OP.i32Add)
  set(out, ADDRESS)
  i32(out, 1)
  set(out, ROUND_CONSTANT)
  opWith(out, OP.loop, NO_RESULT)
  get(out, ADDRESS)
  i32(out, 4)
  op(out, OP.i32Sub)
  opAt(out, OP.i32Load, 0)
  set(out, WORD)
  get(out, POSITION)
  op(out, OP.i32Eqz)
  opWith(out, OP.if, NO_RESULT)
  substituteWord(out)
  get(out, WORD)
  i32(out, 8)
  op(out, OP.i32Rotr)
  get(out, ROUND_CONSTANT)
  op(out, OP.i32Xor)
  set(out, WORD)
  // Section 4.2, xTimes.
  get(out, ROUND_CONSTANT)
  i32(out, 1)
  op(out, OP.i32Shl)
  get(out, ROUND_CONSTANT)
  i32(out, 7)
  op(out, OP.i32ShrU)
  i32(out, 0x11b)
  op(out, OP.i32Mul)
  op(out, OP.i32Xor)
  set(out, ROUND_CONSTANT)
  op(out, OP.end)
  // Of 32 bytes, the word in the middle of each group as well.
  get(out, POSITION)
  i32(out, 16)
  op(out, OP.i32Eq)
  get(out, KEY_LENGTH)
  i32(out, 32)
  op(out, OP.i32Eq)
  op(out, OP.i32And)
  opWith(out, OP.if, NO_RESULT)
  substituteWord(out)
  op(out, OP.end)
  get(out, ADDRESS)
  get(out, ADDRESS)
  get(out, KEY_LENGTH)
  op(out, OP.i32Sub)
  opAt(out, OP.i32Load, 0)
  get(out, WORD)
  op(out, OP.i32Xor)
  opAt(out, OP.i32Store, 0)
  // position = (position + 4) mod length
  i32(out, 0)
  get(out, POSITION)
  i32(out, 4)
  op(out, OP.i32Add)
  opWith(out, OP.tee, POSITION)
  get(out, POSITION)
  get(out, KEY_LENGTH)
  op(out, OP.i32Eq)
  op(out, OP.select)
  set(out, POSITION)
  increase(out, ADDRESS, 4)
  get(out, ADDRESS)
  get(out, END)
  op(out, OP.i32Ne)
  opWith(out, OP.brIf, 0)
  op(out, OP.end)
}

/** SubWord: the word in all four lanes goes through the S-box. */
function substituteWord(out: Emitter): void {
  get(out, WORD)
  simd(out, SIMD.i32x4Splat)
  set(out, STATE[0])
  mapBytes(out, STATE, TABLES, 'toInternalLow', 'toInternalHigh')
  invert(out, STATE, TABLES)
  pushLinearFromMemory(out, STATE, 'sBoxU', 'sBoxT')
  simdWith(out, SIMD.i32x4ExtractLane, [0])
  i32(out, 0x01010101 * AFFINE_CONSTANT)
  op(out, OP.i32Xor)
  set(out, WORD)
}

/** All round keys but the first. */
function convertKeys(out: Emitter): void {
  const [x] = STATE
  i32(out, AT.schedule + BLOCK)
  set(out, ADDRESS)
  opWith(out, OP.loop, NO_RESULT)
  get(out, ADDRESS)
  simdAt(out, SIMD.load, 0)
  set(out, x)
  get(out, IS_DECRYPTION)
  opWith(out, OP.if, NO_RESULT)
  invertMixColumns(out)
  addConstant(out)
  mapBytes(out, STATE, TABLES, 'fromCipherLow', 'fromCipherHigh')
  op(out, OP.else)
  addConstant(out)
  mapBytes(out, STATE, TABLES, 'toInternalLow', 'toInternalHigh')
  op(out, OP.end)
  get(out, ADDRESS)
  get(out, x)
  simdAt(out, SIMD.store, 0)
  increase(out, ADDRESS, BLOCK)
  get(out, ADDRESS)
  get(out, END)
  op(out, OP.i32Ne)
  opWith(out, OP.brIf, 0)
  op(out, OP.end)
  get(out, END)
  simdAt(out, SIMD.load, 0)
  set(out, x)
  addConstant(out)
  get(out, END)
  get(out, x)
  simdAt(out, SIMD.store, 0)
}

function addConstant(out: Emitter): void {
  get(out, STATE[0])
  i32(out, AFFINE_CONSTANT)
  simd(out, SIMD.i8x16Splat)
  simd(out, SIMD.xor)
  set(out, STATE[0])
}

/** Section 5.3.3 of x: {14, 11, 13, 9} is {2, 3, 1, 1} times {5, 0, 4, 0}. */
function invertMixColumns(out: Emitter): void {
  const [x, i, j] = STATE
  get(out, x)
  pushRotated(out, x, 2)
  simd(out, SIMD.xor)
  set(out, i)
  timesX(out, i)
  timesX(out, i)
  get(out, x)
  get(out, i)
  simd(out, SIMD.xor)
  opWith(out, OP.tee, x)
  set(out, i)
  timesX(out, i)
  get(out, i)
  get(out, x)
  simd(out, SIMD.xor)
  set(out, j)
  get(out, i)
  pushRotated(out, j, 1)
  simd(out, SIMD.xor)
  pushRotated(out, x, 2)
  simd(out, SIMD.xor)
  pushRotated(out, x, 3)
  simd(out, SIMD.xor)
  set(out, x)
}

/** Section 4.2, xTimes of each byte of a local. */
function timesX(out: Emitter, local: number): void {
  get(out, local)
  get(out, local)
  simd(out, SIMD.i8x16Add)
  get(out, local)
  i32(out, 0)
  simd(out, SIMD.i8x16Splat)
  simd(out, SIMD.i8x16LtS)
  i32(out, 0x1b)
  simd(out, SIMD.i8x16Splat)
  simd(out, SIMD.and)
  simd(out, SIMD.xor)
  set(out, local)
}

/** Pushes a local with each column rotated: what is in a row comes from `rows` further down. */
function pushRotated(out: Emitter, local: number, rows: number): void {
  const places: number[] = []
  for (let place = 0; place < BLOCK; place++) places.push((place & 12) | ((place + rows) & 3))
  get(out, local)
  swizzleBy(out, places)
}
