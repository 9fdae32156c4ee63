/**
 * The signed comb: the multiple of a point by reading a table at several distances at once.
 *
 * A scalar k is recoded as e = (k + 2^D - 1)/2 modulo the order, whose bits mean +2^i and -2^i: no digit is zero, so
 * no point at infinity appears on the way. For each step, from the highest, the accumulator is doubled; then each
 * block adds ± the entry whose index is the complemented or plain lower bits of `teeth` bits of e, `spacing` apart.
 *
 * With a secret scalar all entries of the row are read and one is kept by masks, and the sign is a mask as well.
 *
 * @see Hamburg, "Fast and compact elliptic-curve cryptography", eprint 2012/309, section 3.3
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
  TYPE,
} from '../../wasm/plain-emitter.ts'
import { baseComb, type Comb, type CurveShape } from './curve-shape.ts'
import { FN } from './function-numbers.ts'
import type { MemoryLayout } from './memory-layout.ts'
import { copy, countUp, parameter, writeSteps } from './write-code.ts'

/** v128.load32x2_s: two numbers of 32 bits as two of 64. */
const LOAD_PAIR = 0x05

/** (entry, sign): the entry's coordinates of 32-bit limbs into those of the point to add; y is negated for -1. */
export function loadEntryFunction({ limbs }: CurveShape, at: MemoryLayout): PlainFunction {
  const [entry, sign, mask] = [0, 1, 2]
  return {
    parameters: [TYPE.i32, TYPE.i32],
    locals: [[1, TYPE.v128]],
    body(out) {
      get(out, sign)
      op(out, OP.i64ExtendI32S)
      simd(out, SIMD.i64x2Splat)
      set(out, mask)
      for (let i = 0; i < limbs; i += 2) {
        i32(out, at.addX)
        get(out, entry)
        simdAt(out, LOAD_PAIR, 4 * i)
        simdAt(out, SIMD.store, 8 * i)
        i32(out, at.addY)
        get(out, entry)
        simdAt(out, LOAD_PAIR, 4 * (limbs + i))
        get(out, mask)
        simd(out, SIMD.xor)
        get(out, mask)
        simd(out, SIMD.i64x2Sub)
        simdAt(out, SIMD.store, 8 * i)
      }
    },
  }
}

/** (row, index): copies the entry of that index, having read every entry of the row in the same way. */
export function selectEntryFunction(shape: CurveShape, at: MemoryLayout): PlainFunction {
  const vectors = at.entry / 16
  const [row, index, counter, wanted, mask, kept] = [0, 1, 2, 3, 4, 5]
  return {
    parameters: [TYPE.i32, TYPE.i32],
    locals: [
      [1, TYPE.i32],
      [2 + vectors, TYPE.v128],
    ],
    body(out) {
      get(out, index)
      simd(out, SIMD.i32x4Splat)
      set(out, wanted)
      countUp(out, counter, 0, 1 << (shape.teeth - 1), 1, () => {
        get(out, counter)
        simd(out, SIMD.i32x4Splat)
        get(out, wanted)
        simd(out, SIMD.i32x4Eq)
        set(out, mask)
        for (let i = 0; i < vectors; i++) {
          get(out, row)
          simdAt(out, SIMD.load, 16 * i)
          get(out, mask)
          simd(out, SIMD.and)
          get(out, kept + i)
          simd(out, SIMD.or)
          set(out, kept + i)
        }
        get(out, row)
        i32(out, at.entry)
        op(out, OP.i32Add)
        set(out, row)
      })
      for (let i = 0; i < vectors; i++) {
        i32(out, at.selected)
        get(out, kept + i)
        simdAt(out, SIMD.store, 16 * i)
      }
    },
  }
}

/** (digits, table, step, secret, fresh): with `fresh`, the first entry becomes the accumulator. */
export function combStepFunction(
  { blocks, teeth, spacing }: Comb,
  at: MemoryLayout,
): PlainFunction {
  const [digits, table, step, secret, fresh] = [0, 1, 2, 3, 4]
  const [block, tooth, place, bits, sign] = [5, 6, 7, 8, 9]
  return {
    parameters: [TYPE.i32, TYPE.i32, TYPE.i32, TYPE.i32, TYPE.i32],
    locals: [[5, TYPE.i32]],
    body(out) {
      countUp(out, block, 0, blocks, 1, () => {
        // The highest tooth's place: step + (block·teeth + teeth - 1)·spacing.
        get(out, block)
        i32(out, teeth * spacing)
        op(out, OP.i32Mul)
        get(out, step)
        op(out, OP.i32Add)
        i32(out, (teeth - 1) * spacing)
        op(out, OP.i32Add)
        set(out, place)
        i32(out, 0)
        set(out, bits)
        countUp(out, tooth, 0, teeth, 1, () => {
          pushBit(out, digits, place)
          get(out, bits)
          i32(out, 1)
          op(out, OP.i32Shl)
          op(out, OP.i32Or)
          set(out, bits)
          get(out, place)
          i32(out, spacing)
          op(out, OP.i32Sub)
          set(out, place)
        })
        // 0 for plus, -1 for minus.
        get(out, bits)
        i32(out, teeth - 1)
        op(out, OP.i32ShrU)
        i32(out, 1)
        op(out, OP.i32Sub)
        set(out, sign)
        get(out, bits)
        get(out, sign)
        op(out, OP.i32Xor)
        i32(out, (1 << (teeth - 1)) - 1)
        op(out, OP.i32And)
        set(out, bits)
        writeLoad(out, at, { table, secret, bits, sign })
        get(out, table)
        i32(out, at.entry << (teeth - 1))
        op(out, OP.i32Add)
        set(out, table)
        writeAddition(out, at, fresh)
      })
    },
  }
}

/** Pushes the bit at `place` of the little-endian bytes at `digits`. */
function pushBit(out: Emitter, digits: number, place: number): void {
  get(out, digits)
  get(out, place)
  i32(out, 3)
  op(out, OP.i32ShrU)
  op(out, OP.i32Add)
  opAt(out, OP.i32Load8, 0)
  get(out, place)
  i32(out, 7)
  op(out, OP.i32And)
  op(out, OP.i32ShrU)
  i32(out, 1)
  op(out, OP.i32And)
}

function writeLoad(
  out: Emitter,
  at: MemoryLayout,
  local: { table: number; secret: number; bits: number; sign: number },
): void {
  get(out, local.secret)
  opWith(out, OP.if, NO_RESULT)
  writeSteps(out, [
    [FN.selectEntry, parameter(local.table), parameter(local.bits)],
    [FN.loadEntry, at.selected, parameter(local.sign)],
  ])
  op(out, OP.else)
  get(out, local.table)
  get(out, local.bits)
  i32(out, at.entry)
  op(out, OP.i32Mul)
  op(out, OP.i32Add)
  get(out, local.sign)
  opWith(out, OP.call, FN.loadEntry)
  op(out, OP.end)
}

function writeAddition(out: Emitter, at: MemoryLayout, fresh: number): void {
  get(out, fresh)
  opWith(out, OP.if, NO_RESULT)
  copy(
    out,
    () => i32(out, at.x),
    () => i32(out, at.addX),
    2 * at.element,
  )
  copy(
    out,
    () => i32(out, at.z),
    () => i32(out, at.r),
    at.element,
  )
  i32(out, 0)
  set(out, fresh)
  op(out, OP.else)
  opWith(out, OP.call, FN.addPoint)
  op(out, OP.end)
}

/**
 * (table): the multiple of the base point by a secret scalar for 0, otherwise the sum of two public multiples.
 *
 * Both share the doublings. The base point's comb has half the spacing: it takes part in the lower steps alone.
 */
export function combFunction(shape: CurveShape, at: MemoryLayout): PlainFunction {
  const [table, step, fresh] = [0, 1, 2]
  const base = baseComb(shape)
  return {
    name: 'comb',
    parameters: [TYPE.i32],
    locals: [[2, TYPE.i32]],
    body(out) {
      i32(out, 1)
      set(out, fresh)
      i32(out, shape.spacing)
      i32(out, base.spacing)
      get(out, table)
      op(out, OP.select)
      set(out, step)
      opWith(out, OP.loop, NO_RESULT)
      get(out, step)
      i32(out, 1)
      op(out, OP.i32Sub)
      set(out, step)
      get(out, fresh)
      op(out, OP.i32Eqz)
      opWith(out, OP.if, NO_RESULT)
      writeSteps(out, [[FN.double, 1]])
      op(out, OP.end)
      get(out, step)
      i32(out, base.spacing)
      op(out, OP.i32LtU)
      opWith(out, OP.if, NO_RESULT)
      i32(out, at.digits)
      i32(out, at.table)
      get(out, step)
      get(out, table)
      op(out, OP.i32Eqz)
      get(out, fresh)
      opWith(out, OP.call, FN.baseStep)
      op(out, OP.end)
      get(out, table)
      opWith(out, OP.if, NO_RESULT)
      i32(out, at.otherDigits)
      get(out, table)
      get(out, step)
      i32(out, 0)
      get(out, fresh)
      opWith(out, OP.call, FN.combStep)
      op(out, OP.end)
      i32(out, 0)
      set(out, fresh)
      get(out, step)
      opWith(out, OP.brIf, 0)
      op(out, OP.end)
    },
  }
}
