/** The parts that multiplication and squaring share: locals, look-ahead, sliding windows and the shape of a pass. */

import { NO_RESULT, OP, SIMD } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i32,
  op,
  opAt,
  opWith,
  type PlainType,
  set,
  simd,
  simdAt,
  simdWith,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import { AT, LIMB } from './memory-layout.ts'

/** Instructions on two doubles side by side. */
export const F64X2 = {
  equal: 0x47,
  add: 0xf0,
  subtract: 0xf1,
  multiply: 0xf2,
  divide: 0xf3,
} as const

/** Rows of a product, and columns, that are processed at a time. */
export const BLOCK = 4

/** The functions of the module, by number. */
export const FUNCTION = {
  carry: 0,
  multiply: 1,
  square: 2,
  squareRun: 3,
  select: 4,
  power: 5,
} as const

/** The locals of multiplication and squaring, after three parameters. The first three and `ends` are four each. */
export const LOCAL = {
  rows: 3,
  quotients: 7,
  window: 11,
  carry: 15,
  value: 16,
  high: 17,
  /** Where the stretches of a pass end, in bytes. */
  ends: 18,
  /** How far a pass has come, in bytes of one number, and the address that moves with it. */
  position: 22,
  beside: 23,
  /** Blocks of rows: k / 4. */
  blocks: 24,
  /** The first that only squaring has. */
  more: 25,
} as const

/** Declares {@link LOCAL}, and further 32-bit locals behind it. */
export const sharedLocals = (more: number): readonly (readonly [number, PlainType])[] => [
  [LOCAL.ends - LOCAL.rows, TYPE.v128],
  [LOCAL.more - LOCAL.ends + more, TYPE.i32],
]

/** The element of a ring of four locals. */
export const ring = (first: number, index: number): number => first + (index & (BLOCK - 1))

/** Pushes the vector at a local's address. */
export function load(out: Emitter, address: number, offset: number): void {
  get(out, address)
  simdAt(out, SIMD.load, offset)
}

/** Pushes the vector at a fixed address. */
export function loadFixed(out: Emitter, address: number): void {
  i32(out, 0)
  simdAt(out, SIMD.load, address)
}

/** Pushes zero in both lanes. */
export function zero(out: Emitter): void {
  simdWith(out, SIMD.const, ZERO_BYTES)
}

const ZERO_BYTES: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]

/** Adds a constant to a local. */
export function increase(out: Emitter, local: number, by: number): void {
  get(out, local)
  i32(out, by)
  op(out, OP.i32Add)
  set(out, local)
}

/** Pushes k, the number of limbs. */
export function limbCount(out: Emitter): void {
  i32(out, 0)
  opAt(out, OP.i32Load, AT.limbs)
}

/** Pushes the bytes of one number: 16·k. */
export function byteCount(out: Emitter): void {
  limbCount(out)
  i32(out, 4)
  op(out, OP.i32Shl)
}

/** Begins a loop that {@link endLoop} or {@link endCountDown} ends. */
export function beginLoop(out: Emitter): void {
  opWith(out, OP.loop, NO_RESULT)
}

/** Goes back to the beginning of the loop if the number on the stack is not zero. */
export function endLoop(out: Emitter): void {
  opWith(out, OP.brIf, 0)
  op(out, OP.end)
}

/** Begins a loop that runs as often as the number on the stack says: once at least. */
export function beginCountDown(out: Emitter, counter: number): void {
  set(out, counter)
  beginLoop(out)
}

/** Ends the loop of {@link beginCountDown}. */
export function endCountDown(out: Emitter, counter: number): void {
  increase(out, counter, -1)
  get(out, counter)
  endLoop(out)
}

/**
 * Rounds the vector on the stack to the nearest multiple of 2^w: adding 1.5·2^(52+w) leaves a double no room for the
 * bits below 2^w, and subtracting it again leaves the rounded number. Exact for whole numbers below 2^(51+w).
 */
export function round(out: Emitter): void {
  loadFixed(out, AT.rounding)
  simd(out, F64X2.add)
  loadFixed(out, AT.rounding)
  simd(out, F64X2.subtract)
}

/** Divides the multiple of 2^w on the stack by 2^w. */
export function scale(out: Emitter): void {
  loadFixed(out, AT.scale)
  simd(out, F64X2.multiply)
}

/** Fetches the quotient digits of the block that begins, and its carry, which {@link lookAhead} has stored. */
export function beginQuotients(out: Emitter): void {
  for (let r = 0; r < BLOCK; r++) {
    loadFixed(out, AT.quotients + LIMB * r)
    set(out, LOCAL.quotients + r)
  }
  loadFixed(out, AT.carry)
  set(out, LOCAL.carry)
}

/**
 * Finds one quotient digit of the block of rows to come, and its carry, ahead of time.
 *
 * Because Ñ = -1 modulo 2^w, the digit is the lowest part of the column: no multiplication is needed (Orup 1995).
 * Digit and carry are passed through the memory, not through locals: the stores keep this chain of dependent
 * instructions between columns that do not depend on it, where the compiler would otherwise move it to its use.
 *
 * @param index - Which column of the four, from the lowest. The column is on the stack, without the digits of the
 * columns below it.
 */
export function lookAhead(out: Emitter, index: number): void {
  for (let s = 0; s < index; s++) {
    loadFixed(out, AT.quotients + LIMB * s)
    loadFixed(out, AT.modulus + LIMB * (index - 1 - s))
    simd(out, F64X2.multiply)
    simd(out, F64X2.add)
  }
  if (index > 0) {
    loadFixed(out, AT.carry)
    simd(out, F64X2.add)
  }
  set(out, LOCAL.value)
  get(out, LOCAL.value)
  round(out)
  set(out, LOCAL.high)
  i32(out, 0)
  get(out, LOCAL.value)
  get(out, LOCAL.high)
  simd(out, F64X2.subtract)
  simdAt(out, SIMD.store, AT.quotients + LIMB * index)
  i32(out, 0)
  get(out, LOCAL.high)
  scale(out)
  simdAt(out, SIMD.store, AT.carry)
}

/**
 * Pushes one column of a product of four rows with a number that slides through the window:
 * rows[0]·b[j] + rows[1]·b[j-1] + rows[2]·b[j-2] + rows[3]·b[j-3].
 *
 * @param rows - The first of the four.
 * @param newest - Index of b[j] in the ring of the window.
 */
export function columnOfRows(out: Emitter, rows: number, newest: number): void {
  for (let s = 0; s < BLOCK; s++) {
    get(out, rows + s)
    get(out, ring(LOCAL.window, newest - s))
    simd(out, F64X2.multiply)
    if (s > 0) simd(out, F64X2.add)
  }
}

/** The parts of a pass over all columns. */
export interface Pass {
  /** Writes the columns of one block; the first block also takes in the carry of the rows before. */
  readonly block: (out: Emitter, isFirst: boolean) => void
  /** Pushes a column of the block to come, for {@link lookAhead}. */
  readonly ahead: (out: Emitter, index: number) => void
}

/**
 * Writes a pass with look-ahead: the first block, then four stretches of blocks with one quotient digit before each.
 *
 * A digit takes about 24 cycles from its column to its store, each digit depends on the one before, and the next pass
 * depends on all four. Spread over the pass, they are computed in parallel with its columns.
 */
export function passWithLookAhead(out: Emitter, pass: Pass): void {
  firstBlock(out, pass)
  for (let index = 0; index < BLOCK; index++) {
    pass.ahead(out, index)
    lookAhead(out, index)
    beginLoop(out)
    nextBlock(out, pass)
    get(out, LOCAL.ends + index)
    op(out, OP.i32Ne)
    endLoop(out)
  }
}

/** Writes the first block of a pass. */
export function firstBlock(out: Emitter, pass: Pass): void {
  i32(out, 0)
  set(out, LOCAL.position)
  pass.block(out, true)
  advance(out)
}

/** Writes another block of a pass, and pushes how far it has come. */
export function nextBlock(out: Emitter, pass: Pass): void {
  pass.block(out, false)
  advance(out)
  get(out, LOCAL.position)
}

function advance(out: Emitter): void {
  increase(out, LOCAL.position, LIMB * BLOCK)
  increase(out, LOCAL.beside, LIMB * BLOCK)
}

/**
 * Finds how many blocks of rows there are, and where the stretches of a pass end.
 *
 * @param shorter - How many blocks fewer than that follow the first block of a pass. At least four must follow, so that
 * no stretch is empty.
 */
export function blocksAndStretches(out: Emitter, shorter: number): void {
  limbCount(out)
  i32(out, 2)
  op(out, OP.i32ShrU)
  set(out, LOCAL.blocks)
  for (let index = 0; index < BLOCK; index++) {
    get(out, LOCAL.blocks)
    i32(out, shorter)
    op(out, OP.i32Sub)
    i32(out, index + 1)
    op(out, OP.i32Mul)
    i32(out, 2)
    op(out, OP.i32ShrU)
    i32(out, 1)
    op(out, OP.i32Add)
    i32(out, 6)
    op(out, OP.i32Shl)
    set(out, LOCAL.ends + index)
  }
}
