/** Exponentiation on two lanes: runs of squarings, and windows with a table that is always read completely. */

import { OP, SIMD } from '../../wasm/opcodes.ts'
import {
  type Emitter,
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
import {
  beginCountDown,
  beginLoop,
  byteCount,
  endCountDown,
  endLoop,
  F64X2,
  FUNCTION,
  increase,
  load,
  loadFixed,
  zero,
} from './kernel-parts.ts'
import { AT, LIMB } from './memory-layout.ts'

/**
 * `squareRun(number, count, factors, stride)`: squares the number at that address `count` times in place, each
 * time multiplied by the factors at the next address: `stride` is 16, or 0 where they are the same for all.
 */
export const squareRunFunction: PlainFunction = {
  name: 'squareRun',
  parameters: [TYPE.i32, TYPE.i32, TYPE.i32, TYPE.i32],
  body(out) {
    const [number, count, factors, stride] = [0, 1, 2, 3]
    beginLoop(out)
    get(out, number)
    get(out, number)
    load(out, factors, 0)
    opWith(out, OP.call, FUNCTION.square)
    addTo(out, factors, factors, stride)
    endCountDown(out, count)
  },
}

/** Entries of the table of powers that are read in one pass. */
const ENTRIES = 4

/** The locals of `select`: three parameters, four masks, the addresses of four entries, and what follows. */
const SELECT = {
  window: 0,
  target: 1,
  passes: 2,
  masks: 3,
  index: 7,
  entries: 8,
  position: 12,
  bytes: 13,
  to: 14,
} as const

/**
 * `select(window, target, passes)`: copies the power with the number in each lane's window from the table.
 *
 * Every entry of the table is read, whatever the windows hold, so the addresses reveal nothing through the cache.
 * The window's number is a double, as the limbs are, and its comparison with an entry's number yields a mask.
 */
export const selectFunction: PlainFunction = {
  parameters: [TYPE.i32, TYPE.i32, TYPE.i32],
  locals: [
    [5, TYPE.v128],
    [7, TYPE.i32],
  ],
  body(out) {
    byteCount(out)
    set(out, SELECT.bytes)
    overLimbs(out, zero)
    zero(out)
    set(out, SELECT.index)
    i32(out, AT.powers)
    set(out, SELECT.entries)
    beginLoop(out)
    for (let i = 0; i < ENTRIES; i++) writeMask(out, i)
    overLimbs(out, maskedEntries)
    addTo(out, SELECT.entries, SELECT.entries + ENTRIES - 1, SELECT.bytes)
    endCountDown(out, SELECT.passes)
  },
}

/** Compares the windows with the number of an entry, and finds the entry's address. */
function writeMask(out: Emitter, i: number): void {
  load(out, SELECT.window, 0)
  get(out, SELECT.index)
  simd(out, F64X2.equal)
  set(out, SELECT.masks + i)
  get(out, SELECT.index)
  loadFixed(out, AT.one)
  simd(out, F64X2.add)
  set(out, SELECT.index)
  if (i > 0) addTo(out, SELECT.entries + i, SELECT.entries + i - 1, SELECT.bytes)
}

/** Stores `value` into each limb of the target. */
function overLimbs(out: Emitter, value: (out: Emitter) => void): void {
  i32(out, 0)
  set(out, SELECT.position)
  beginLoop(out)
  addTo(out, SELECT.to, SELECT.target, SELECT.position)
  get(out, SELECT.to)
  value(out)
  simdAt(out, SIMD.store, 0)
  increase(out, SELECT.position, LIMB)
  get(out, SELECT.position)
  get(out, SELECT.bytes)
  op(out, OP.i32Ne)
  endLoop(out)
}

/** Pushes the target's limb with those of four entries, all but one of which are masked out. */
function maskedEntries(out: Emitter): void {
  load(out, SELECT.to, 0)
  for (let i = 0; i < ENTRIES; i++) {
    get(out, SELECT.entries + i)
    get(out, SELECT.position)
    op(out, OP.i32Add)
    simdAt(out, SIMD.load, 0)
    get(out, SELECT.masks + i)
    simd(out, SIMD.and)
    simd(out, SIMD.or)
  }
}

/** The locals of `power`. */
const POWER = { windows: 0, windowBits: 1, entry: 2, window: 3, rest: 4 } as const

/**
 * `power(windows, windowBits)`: raises the base, with a fixed number of windows of fixed width.
 *
 * Before: the base in Montgomery form and with margins at `AT.base`; 1 in Montgomery form at `AT.powers`; two
 * or more pairs of windows at `AT.steps`, the highest first. After: the power in Montgomery form at `AT.result`.
 * The steps and their order depend only on the two parameters and k.
 */
export const powerFunction: PlainFunction = {
  name: 'power',
  parameters: [TYPE.i32, TYPE.i32],
  locals: [[3, TYPE.i32]],
  body(out) {
    writeTable(out)
    i32(out, AT.steps)
    set(out, POWER.window)
    select(out, AT.result)
    get(out, POWER.windows)
    i32(out, 1)
    op(out, OP.i32Sub)
    beginCountDown(out, POWER.rest)
    increase(out, POWER.window, LIMB)
    i32(out, AT.result)
    get(out, POWER.windowBits)
    i32(out, AT.one)
    i32(out, 0)
    opWith(out, OP.call, FUNCTION.squareRun)
    select(out, AT.operand)
    i32(out, AT.result)
    i32(out, AT.operand)
    i32(out, AT.result)
    opWith(out, OP.call, FUNCTION.multiply)
    endCountDown(out, POWER.rest)
  },
}

/** Writes all powers of the base below 2^windowBits after the first. */
function writeTable(out: Emitter): void {
  i32(out, AT.powers)
  set(out, POWER.entry)
  entryCount(out)
  i32(out, 1)
  op(out, OP.i32Sub)
  beginCountDown(out, POWER.rest)
  get(out, POWER.entry)
  i32(out, AT.base)
  get(out, POWER.entry)
  byteCount(out)
  op(out, OP.i32Add)
  opWith(out, OP.call, FUNCTION.multiply)
  get(out, POWER.entry)
  byteCount(out)
  op(out, OP.i32Add)
  set(out, POWER.entry)
  endCountDown(out, POWER.rest)
}

function select(out: Emitter, target: number): void {
  get(out, POWER.window)
  i32(out, target)
  entryCount(out)
  i32(out, 2)
  op(out, OP.i32ShrU)
  opWith(out, OP.call, FUNCTION.select)
}

/** Pushes how many powers the table has. */
function entryCount(out: Emitter): void {
  i32(out, 1)
  get(out, POWER.windowBits)
  op(out, OP.i32Shl)
}

/** `sum := first + second`, for three locals. */
function addTo(out: Emitter, sum: number, first: number, second: number): void {
  get(out, first)
  get(out, second)
  op(out, OP.i32Add)
  set(out, sum)
}
