/**
 * Montgomery multiplication of two pairs of numbers at once, without a multiplication to find quotients.
 *
 * With Ñ = N·(-N^-1 mod 2^w), which is -1 modulo 2^w, and M = (Ñ + 1)/2^w, a quotient digit q is the lowest
 * digit of the sum T, and (T + q·Ñ)/2^w = (T - q)/2^w + q·M. One pass over the columns adds four rows a·b and four
 * rows q·M; the rows q·M of a block are added together with the rows a·b of the next.
 *
 * @see Montgomery, Modular multiplication without trial division, 1985; Orup, Simplifying quotient determination
 * in high-radix modular multiplication, 1995; Walter, Montgomery exponentiation needs no final subtractions, 1999
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
  beginLoop,
  beginQuotients,
  blocksAndStretches,
  byteCount,
  columnOfRows,
  endCountDown,
  endLoop,
  F64X2,
  FUNCTION,
  firstBlock,
  increase,
  LOCAL,
  load,
  loadFixed,
  nextBlock,
  type Pass,
  passWithLookAhead,
  ring,
  sharedLocals,
  zero,
} from './kernel-parts.ts'
import { AT, LIMB } from './memory-layout.ts'

/**
 * `multiply(a, b, target)`: a·b/2^(wk) modulo N, for addresses of numbers of k limbs.
 *
 * b has margins; a needs none. target may be a or b.
 */
export const multiplyFunction: PlainFunction = {
  name: 'multiply',
  parameters: [TYPE.i32, TYPE.i32, TYPE.i32],
  locals: sharedLocals(0),
  body(out) {
    blocksAndStretches(out, 0)
    beginRows(out)
    passWithLookAhead(out, passOf({ rows: true, quotients: false }))
    // An earlier squaring may have left values here, above the columns of this product.
    for (let o = 0; o < BLOCK; o++) {
      get(out, LOCAL.position)
      zero(out)
      simdAt(out, SIMD.store, AT.product + LIMB * o)
    }
    get(out, LOCAL.blocks)
    i32(out, 1)
    op(out, OP.i32Sub)
    beginCountDown(out, LOCAL.blocks)
    beginRows(out)
    beginQuotients(out)
    passWithLookAhead(out, passOf({ rows: true, quotients: true }))
    endCountDown(out, LOCAL.blocks)
    lastPass(out)
    i32(out, AT.product)
    get(out, TARGET)
    loadFixed(out, AT.one)
    opWith(out, OP.call, FUNCTION.carry)
  },
}

const A = 0
const B = 1
const TARGET = 2

/** Which rows a pass adds: those of a·b, those of q·M, or both. */
interface Parts {
  readonly rows: boolean
  readonly quotients: boolean
}

const passOf = (parts: Parts): Pass => ({
  block(out, isFirst) {
    for (let o = 0; o < BLOCK; o++) column(out, o, parts, isFirst && o === 0)
  },
  ahead(out, index) {
    loadFixed(out, AT.product + LIMB * index)
  },
})

/** The rows q·M of the last block. */
function lastPass(out: Emitter): void {
  const pass = passOf({ rows: false, quotients: true })
  beginQuotients(out)
  firstBlock(out, pass)
  beginLoop(out)
  nextBlock(out, pass)
  byteCount(out)
  op(out, OP.i32Ne)
  endLoop(out)
}

function beginRows(out: Emitter): void {
  for (let r = 0; r < BLOCK; r++) {
    load(out, A, LIMB * r)
    set(out, LOCAL.rows + r)
    zero(out)
    set(out, LOCAL.window + r)
  }
  increase(out, A, LIMB * BLOCK)
  get(out, B)
  set(out, LOCAL.beside)
}

/** T[o] := (a·b)[o] + (q·M)[o - 3 up] + T[o + 4]: drops the block's digits and moves the columns down by four. */
function column(out: Emitter, o: number, { rows, quotients }: Parts, takesCarry: boolean): void {
  const at = LIMB * o
  if (rows) {
    load(out, LOCAL.beside, at)
    set(out, ring(LOCAL.window, o))
  }
  get(out, LOCAL.position)
  if (rows) columnOfRows(out, LOCAL.rows, o)
  if (quotients) quotientTerms(out, at)
  if (rows && quotients) simd(out, F64X2.add)
  if (quotients && takesCarry) {
    get(out, LOCAL.carry)
    simd(out, F64X2.add)
  }
  simdAt(out, SIMD.store, AT.product + at)
}

/**
 * Pushes q[0]·M[o+3] + q[1]·M[o+2] + q[2]·M[o+1] + q[3]·M[o] + T[o+4]. M is read again for each term, because two
 * windows do not fit into the registers.
 */
function quotientTerms(out: Emitter, at: number): void {
  for (let s = 0; s < BLOCK; s++) {
    get(out, LOCAL.quotients + s)
    load(out, LOCAL.position, AT.modulus + at + LIMB * (BLOCK - 1 - s))
    simd(out, F64X2.multiply)
    if (s > 0) simd(out, F64X2.add)
  }
  load(out, LOCAL.position, AT.product + at + LIMB * BLOCK)
  simd(out, F64X2.add)
}
