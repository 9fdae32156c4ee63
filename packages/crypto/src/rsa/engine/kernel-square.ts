/**
 * Montgomery squaring of two numbers at once: each product of two different limbs is computed once.
 *
 * First all columns of a², then the rows q·M of the reduction, four at a time, with the same look-ahead as in
 * multiplication. The columns stay in place; the row at which a pass begins moves down.
 */

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
  BLOCK,
  beginCountDown,
  beginQuotients,
  blocksAndStretches,
  byteCount,
  columnOfRows,
  endCountDown,
  F64X2,
  FUNCTION,
  increase,
  LOCAL,
  load,
  loadFixed,
  lookAhead,
  type Pass,
  passWithLookAhead,
  ring,
  sharedLocals,
  zero,
} from './kernel-parts.ts'
import { AT, LIMB } from './memory-layout.ts'

/**
 * `square(source, target, factor)`: factor·a²/2^(wk) modulo N, for a number of k limbs with margins.
 *
 * The factor is 1 or 2 for each lane and costs nothing: one step of Fermat's test to base 2 is a squaring and
 * sometimes a doubling. target may be source.
 */
export const squareFunction: PlainFunction = {
  parameters: [TYPE.i32, TYPE.i32, TYPE.v128],
  locals: sharedLocals(4),
  body(out) {
    blocksAndStretches(out, 1)
    writeDiagonal(out)
    addRows(out)
    reduce(out)
    i32(out, AT.product)
    byteCount(out)
    op(out, OP.i32Add)
    get(out, TARGET)
    get(out, FACTOR)
    opWith(out, OP.call, FUNCTION.carry)
  },
}

const SOURCE = 0
const TARGET = 1
const FACTOR = 2
const FROM = LOCAL.more
/** The columns of a block of rows begin here. */
const START = LOCAL.more + 1
const REST = LOCAL.more + 2
const COUNT = LOCAL.more + 3
/** Where a column is stored. */
const TO = LOCAL.beside
/** The limbs above a block's own. */
const ABOVE = LOCAL.position

function loadRows(out: Emitter): void {
  for (let r = 0; r < BLOCK; r++) {
    load(out, FROM, LIMB * r)
    set(out, LOCAL.rows + r)
  }
}

/** Writes the products within each block to all 2·k columns, so that none has to be cleared first. */
function writeDiagonal(out: Emitter): void {
  get(out, SOURCE)
  set(out, FROM)
  i32(out, AT.product)
  set(out, TO)
  get(out, LOCAL.blocks)
  beginCountDown(out, REST)
  loadRows(out)
  for (let index = 0; index < 2 * BLOCK; index++) {
    get(out, TO)
    diagonalColumn(out, index)
    simdAt(out, SIMD.store, LIMB * index)
  }
  increase(out, FROM, LIMB * BLOCK)
  increase(out, TO, 2 * LIMB * BLOCK)
  endCountDown(out, REST)
}

/** Pushes a column: rows r and s meet in column r + s, twice where they differ, once where they are the same. */
function diagonalColumn(out: Emitter, index: number): void {
  const lowest = Math.max(0, index - BLOCK + 1)
  const middle = index / 2
  for (let r = lowest; r < middle; r++) {
    product(out, r, index - r)
    if (r > lowest) simd(out, F64X2.add)
  }
  if (lowest < middle) {
    set(out, LOCAL.value)
    get(out, LOCAL.value)
    get(out, LOCAL.value)
    simd(out, F64X2.add)
  }
  if (lowest >= BLOCK) zero(out)
  else if (index % 2 === 0) product(out, middle, middle)
  if (index % 2 === 0 && lowest < middle) simd(out, F64X2.add)
}

function product(out: Emitter, r: number, s: number): void {
  get(out, LOCAL.rows + r)
  get(out, LOCAL.rows + s)
  simd(out, F64X2.multiply)
}

/** Adds the products of each block with the limbs above it, twice. */
function addRows(out: Emitter): void {
  get(out, SOURCE)
  set(out, FROM)
  i32(out, AT.product + LIMB * BLOCK)
  set(out, START)
  get(out, LOCAL.blocks)
  i32(out, 1)
  op(out, OP.i32Sub)
  beginCountDown(out, REST)
  loadRows(out)
  for (let r = 0; r < BLOCK; r++) {
    get(out, LOCAL.rows + r)
    get(out, LOCAL.rows + r)
    simd(out, F64X2.add)
    set(out, LOCAL.rows + r)
    zero(out)
    set(out, LOCAL.window + r)
  }
  increase(out, FROM, LIMB * BLOCK)
  get(out, FROM)
  set(out, ABOVE)
  get(out, START)
  set(out, TO)
  get(out, REST)
  i32(out, 1)
  op(out, OP.i32Add)
  // The block after the last is the margin, whose zeros empty the window.
  beginCountDown(out, COUNT)
  for (let o = 0; o < BLOCK; o++) {
    load(out, ABOVE, LIMB * o)
    set(out, ring(LOCAL.window, o))
    addColumn(out, LOCAL.rows, o, o)
  }
  increase(out, ABOVE, LIMB * BLOCK)
  increase(out, TO, LIMB * BLOCK)
  endCountDown(out, COUNT)
  // A block further down is a block further right in its first row.
  increase(out, START, 2 * LIMB * BLOCK)
  endCountDown(out, REST)
}

/** Adds four rows' products with the window to column o, and the carry where one is due. */
function addColumn(
  out: Emitter,
  rows: number,
  o: number,
  newest: number,
  takesCarry = false,
): void {
  get(out, TO)
  columnOfRows(out, rows, newest)
  load(out, TO, LIMB * o)
  simd(out, F64X2.add)
  if (takesCarry) {
    get(out, LOCAL.carry)
    simd(out, F64X2.add)
  }
  simdAt(out, SIMD.store, LIMB * o)
}

/** Adds k rows q·M, which makes the lower k columns vanish. */
function reduce(out: Emitter): void {
  i32(out, AT.product)
  set(out, START)
  for (let index = 0; index < BLOCK; index++) {
    REDUCTION.ahead(out, index)
    lookAhead(out, index)
  }
  get(out, LOCAL.blocks)
  beginCountDown(out, REST)
  beginQuotients(out)
  for (let r = 0; r < BLOCK - 1; r++) {
    loadFixed(out, AT.modulus + LIMB * r)
    set(out, LOCAL.window + r)
  }
  increase(out, START, LIMB * BLOCK)
  get(out, START)
  set(out, TO)
  passWithLookAhead(out, REDUCTION)
  endCountDown(out, REST)
}

const REDUCTION: Pass = {
  block(out, isFirst) {
    for (let o = 0; o < BLOCK; o++) {
      const newest = o + BLOCK - 1
      load(out, LOCAL.position, AT.modulus + LIMB * newest)
      set(out, ring(LOCAL.window, newest))
      addColumn(out, LOCAL.quotients, o, newest, isFirst && o === 0)
    }
  },
  ahead(out, index) {
    load(out, START, LIMB * index)
  },
}
