/** What the functions of the AES kernel have in common: short forms of instructions, and inversion in GF(2^8). */

import { OP, SIMD } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i32,
  op,
  opWith,
  set,
  simd,
  simdAt,
  simdWith,
} from '../../wasm/plain-emitter.ts'
import { AT } from './memory-layout.ts'
import { type NibbleTableName, nibbleTableOffset } from './nibble-tables.ts'

/** The functions of the module that others call, by number. */
export const FUNCTION = {
  encryptBlock: 0,
  decryptBlock: 1,
  hash: 2,
  transpose: 3,
  multiplyLanes: 4,
} as const

/** The places of a block's bytes, each half the other way around: big-endian to little-endian, or back. */
export const SWAPPED_HALVES: readonly number[] = [
  7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8,
]

/** Pushes a nibble table from the memory. */
export function pushTable(out: Emitter, name: NibbleTableName): void {
  i32(out, 0)
  simdAt(out, SIMD.load, AT.tables + nibbleTableOffset(name))
}

/** Pushes the bytes of `values` in the places that `places` names; both are locals. */
export function pushSwizzled(out: Emitter, values: number, places: number): void {
  get(out, values)
  get(out, places)
  simd(out, SIMD.swizzle)
}

/** Swizzles the vector on the stack by constant places. */
export function swizzleBy(out: Emitter, places: readonly number[]): void {
  simdWith(out, SIMD.const, places)
  simd(out, SIMD.swizzle)
}

/** Fills `length` bytes with zeros, from the address on the stack on. */
export function fillZero(out: Emitter, length: number): void {
  i32(out, 0)
  i32(out, length)
  memoryFill(out)
}

/** `memory.fill` of memory 0: pops the length, a byte and the address. */
export function memoryFill(out: Emitter): void {
  op(out, 0xfc)
  op(out, 0x0b)
  op(out, 0)
}

/** Adds a constant to a local of type i32. */
export function increase(out: Emitter, local: number, by: number): void {
  get(out, local)
  i32(out, by)
  op(out, OP.i32Add)
  set(out, local)
}

/** Ends a loop: jumps to its start as long as the counter, less 1, is not zero. */
export function countDown(out: Emitter, counter: number): void {
  get(out, counter)
  i32(out, 1)
  op(out, OP.i32Sub)
  opWith(out, OP.tee, counter)
  opWith(out, OP.brIf, 0)
  op(out, OP.end)
}

/** Three locals of a block at work: the state, and two that the S-box needs. */
export type State = readonly [x: number, i: number, j: number]

/** Locals of the tables that every S-box needs, from this one on: 0x0f in all bytes, `inverse`, `inverseTimesA`. */
export const SHARED_TABLES = 3

/** Loads the tables that every S-box needs into the locals from `first` on. */
export function loadSharedTables(out: Emitter, first: number): void {
  i32(out, 15)
  simd(out, SIMD.i8x16Splat)
  set(out, first)
  pushTable(out, 'inverse')
  set(out, first + 1)
  pushTable(out, 'inverseTimesA')
  set(out, first + 2)
}

/** Splits the bytes of x: i is the high nibbles, x the low ones. */
export function splitNibbles(out: Emitter, [x, i]: State, tables: number): void {
  get(out, x)
  get(out, tables)
  simd(out, SIMD.andnot)
  i32(out, 4)
  simd(out, SIMD.i32x4ShrU)
  set(out, i)
  get(out, x)
  get(out, tables)
  simd(out, SIMD.and)
  set(out, x)
}

/** Maps the bytes of x by the two tables of a linear function. */
export function mapBytes(
  out: Emitter,
  state: State,
  tables: number,
  low: NibbleTableName,
  high: NibbleTableName,
): void {
  const [x, i] = state
  splitNibbles(out, state, tables)
  pushTable(out, low)
  get(out, x)
  simd(out, SIMD.swizzle)
  pushTable(out, high)
  get(out, i)
  simd(out, SIMD.swizzle)
  simd(out, SIMD.xor)
  set(out, x)
}

/** From the internal form in x: jo in i, io in j, as nibble-tables.ts defines them. Five look-ups. */
export function invert(out: Emitter, state: State, tables: number): void {
  const [x, i, j] = state
  const [inverse, inverseTimesA] = [tables + 1, tables + 2]
  splitNibbles(out, state, tables)
  get(out, x)
  get(out, i)
  simd(out, SIMD.xor)
  set(out, j)
  pushSwizzled(out, inverseTimesA, x)
  set(out, x)
  for (const [nibble, other] of [
    [i, j],
    [j, i],
  ] as const) {
    get(out, inverse)
    pushSwizzled(out, inverse, nibble)
    get(out, x)
    simd(out, SIMD.xor)
    simd(out, SIMD.swizzle)
    get(out, other)
    simd(out, SIMD.xor)
  }
  set(out, i)
  set(out, j)
}

/** Pushes a linear function of 1/x: one look-up at io, one at jo; the tables are locals. */
export function pushLinear(out: Emitter, [, i, j]: State, u: number, t: number): void {
  pushSwizzled(out, u, j)
  pushSwizzled(out, t, i)
  simd(out, SIMD.xor)
}

/** Pushes the same by tables in the memory. */
export function pushLinearFromMemory(
  out: Emitter,
  [, i, j]: State,
  u: NibbleTableName,
  t: NibbleTableName,
): void {
  pushTable(out, u)
  get(out, j)
  simd(out, SIMD.swizzle)
  pushTable(out, t)
  get(out, i)
  simd(out, SIMD.swizzle)
  simd(out, SIMD.xor)
}
