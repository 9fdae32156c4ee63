/**
 * The compression function of SHA-2 in WebAssembly.
 *
 * The state and a window of 16 words of the message schedule are locals. The round function is written out 16
 * times in a loop: that is 3 kB a module, where all 64 or 80 rounds would be 8 to 11 and up to 13 % faster.
 * Additions, rotations and logic alone: the time depends on the number of blocks and on nothing else.
 *
 * @see FIPS 180-4 sections 4.1.2, 4.1.3, 6.2.2 and 6.4.2
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
  simdAt,
  simdWith,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import { AT } from './sha2-layout.ts'
import { swapBytes, type Words } from './sha2-words.ts'

/** Locals of `compress`, behind its four parameters. */
const [FROM, TO, BLOCKS, COUNT] = [0, 1, 2, 3]
const CONSTANTS = 4
const VECTOR = 5
const STATE = 6
const SCHEDULE = STATE + 8
/** a ^ b of this round, which is b ^ c of the next; the two take turns. */
const DIFFERENCE = SCHEDULE + 16

/** Writes `compress` of a kernel, as sha2-kernel.ts describes it. */
export function compressFunction(words: Words): PlainFunction {
  return {
    name: 'compress',
    parameters: [TYPE.i32, TYPE.i32, TYPE.i32, TYPE.i32],
    locals: [
      [1, TYPE.i32],
      [1, TYPE.v128],
      [26, words.type],
    ],
    body: (out) => compress(out, words),
  }
}

function compress(out: Emitter, words: Words): void {
  for (let i = 0; i < 8; i++) {
    get(out, FROM)
    opAt(out, words.load, words.bytes * i)
    set(out, STATE + i)
  }
  opWith(out, OP.loop, NO_RESULT)
  loadBlock(out, words)
  i32(out, AT.roundConstants)
  set(out, CONSTANTS)
  get(out, STATE + 1)
  get(out, STATE + 2)
  op(out, words.xor)
  set(out, DIFFERENCE + 1)
  opWith(out, OP.loop, NO_RESULT)
  for (let i = 0; i < 16; i++) round(out, words, i)
  get(out, CONSTANTS)
  i32(out, 16 * words.bytes)
  op(out, OP.i32Add)
  opWith(out, OP.tee, CONSTANTS)
  i32(out, AT.roundConstants + words.rounds * words.bytes)
  op(out, OP.i32Ne)
  opWith(out, OP.if, NO_RESULT)
  for (let i = 0; i < 16; i++) extendSchedule(out, words, i)
  opWith(out, OP.br, 1)
  op(out, OP.end)
  op(out, OP.end)
  addState(out, words)
  get(out, TO)
  set(out, FROM)
  get(out, BLOCKS)
  i32(out, 16 * words.bytes)
  op(out, OP.i32Add)
  set(out, BLOCKS)
  get(out, COUNT)
  i32(out, 1)
  op(out, OP.i32Sub)
  opWith(out, OP.tee, COUNT)
  opWith(out, OP.brIf, 0)
  op(out, OP.end)
}

/** 16 words from big-endian bytes: vectors whose bytes change places, then lane by lane. */
function loadBlock(out: Emitter, words: Words): void {
  const lanes = 16 / words.bytes
  for (let i = 0; i < 16; i++) {
    if (i % lanes === 0) {
      get(out, BLOCKS)
      simdAt(out, SIMD.load, i * words.bytes)
      swapBytes(out, words)
      set(out, VECTOR)
    }
    get(out, VECTOR)
    simdWith(out, words.extractLane, [i % lanes])
    set(out, SCHEDULE + i)
  }
}

/**
 * Section 6.2.2 step 3. The letters change places instead of the locals: the new a goes where h was.
 *
 * Sums begin with what is known earliest: e waits for Σ1 and two additions a round, a for one more.
 */
function round(out: Emitter, words: Words, index: number): void {
  const letter = (place: number) => STATE + ((place - index) & 7)
  const [a, b, d, e] = [letter(0), letter(1), letter(3), letter(4)] as const
  const [f, g, h] = [letter(5), letter(6), letter(7)] as const
  const { add, and, xor } = words
  get(out, h)
  get(out, CONSTANTS)
  opAt(out, words.load, index * words.bytes)
  op(out, add)
  get(out, SCHEDULE + index)
  op(out, add)
  // Ch(e, f, g) = g ^ (e & (f ^ g))
  get(out, f)
  get(out, g)
  op(out, xor)
  get(out, e)
  op(out, and)
  get(out, g)
  op(out, xor)
  op(out, add)
  sum(out, words, e, words.sums[1])
  op(out, add)
  opWith(out, OP.tee, h)
  get(out, d)
  op(out, add)
  set(out, d)
  // Maj(a, b, c) = b ^ ((a ^ b) & (b ^ c))
  get(out, a)
  get(out, b)
  op(out, xor)
  opWith(out, OP.tee, DIFFERENCE + (index & 1))
  get(out, DIFFERENCE + ((index + 1) & 1))
  op(out, and)
  get(out, b)
  op(out, xor)
  sum(out, words, a, words.sums[0])
  op(out, add)
  get(out, h)
  op(out, add)
  set(out, h)
}

/** Section 6.2.2 step 1: W_t = σ1(W_(t-2)) + W_(t-7) + σ0(W_(t-15)) + W_(t-16), in the place of the last. */
function extendSchedule(out: Emitter, words: Words, index: number): void {
  const word = (offset: number) => SCHEDULE + ((index + offset) & 15)
  get(out, word(0))
  get(out, word(9))
  op(out, words.add)
  sum(out, words, word(1), words.schedule[0], words.shiftRight)
  op(out, words.add)
  sum(out, words, word(14), words.schedule[1], words.shiftRight)
  op(out, words.add)
  set(out, word(0))
}

/** Section 4.1.2: three rotations of a local, or two and a shift. */
function sum(
  out: Emitter,
  words: Words,
  local: number,
  [first, second, third]: readonly number[],
  last = words.rotateRight,
): void {
  rotated(out, words, local, first as number, words.rotateRight)
  rotated(out, words, local, second as number, words.rotateRight)
  op(out, words.xor)
  rotated(out, words, local, third as number, last)
  op(out, words.xor)
}

function rotated(out: Emitter, words: Words, local: number, by: number, rotate: number): void {
  get(out, local)
  op(out, words.constant)
  // Below 64: one byte of signed LEB128.
  op(out, by)
  op(out, rotate)
}

function addState(out: Emitter, words: Words): void {
  for (let i = 0; i < 8; i++) {
    get(out, TO)
    get(out, STATE + i)
    get(out, FROM)
    opAt(out, words.load, words.bytes * i)
    op(out, words.add)
    opWith(out, OP.tee, STATE + i)
    opAt(out, words.store, words.bytes * i)
  }
}
