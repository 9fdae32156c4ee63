/** Between limbs and the numbers that they are: the one number from 0 to m - 1, and its bytes. All loops. */

import { OP } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i32,
  i64,
  op,
  opAt,
  type PlainFunction,
  set,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import type { CurveShape } from './curve-shape.ts'
import { BYTES_SIZE } from './memory-layout.ts'
import { clear, countUp, limb, sumOf, withConstant } from './write-code.ts'

/**
 * (to, a, modulus): the number from 0 to m - 1 that is congruent to a, in limbs from 0 to 2^w - 1.
 *
 * The value of a has to be in [-m, 3m): m is added once, then subtracted three times if the number is not smaller.
 * What decides is a mask, not a branch.
 */
export function freezeFunction({ limbs, limbBits }: CurveShape): PlainFunction {
  const [to, a, modulus, at, round, carry, kept] = [0, 1, 2, 3, 4, 5, 6]
  const end = 8 * limbs
  const writeSum = (out: Emitter, base: number, writeOther: () => void) => {
    i64(out, 0)
    set(out, carry)
    countUp(out, at, 0, end, 8, () => {
      limb(out, base, at)
      writeOther()
      get(out, carry)
      op(out, OP.i64Add)
      set(out, carry)
      sumOf(out, to, at)
      get(out, carry)
      withConstant(out, OP.i64And, 2 ** limbBits - 1)
      opAt(out, OP.i64Store, 0)
      get(out, carry)
      withConstant(out, OP.i64ShrS, limbBits)
      set(out, carry)
    })
  }
  return {
    name: 'freeze',
    parameters: [TYPE.i32, TYPE.i32, TYPE.i32],
    locals: [
      [2, TYPE.i32],
      [2, TYPE.i64],
    ],
    body(out) {
      writeSum(out, a, () => {
        limb(out, modulus, at)
        op(out, OP.i64Add)
      })
      countUp(out, round, 0, 3, 1, () => {
        // The borrow of number - m: -1 where the number is below m and has to stay.
        i64(out, 0)
        set(out, carry)
        countUp(out, at, 0, end, 8, () => {
          limb(out, to, at)
          limb(out, modulus, at)
          op(out, OP.i64Sub)
          get(out, carry)
          op(out, OP.i64Add)
          withConstant(out, OP.i64ShrS, limbBits)
          set(out, carry)
        })
        get(out, carry)
        set(out, kept)
        writeSum(out, to, () => {
          limb(out, modulus, at)
          get(out, kept)
          withConstant(out, OP.i64Xor, -1)
          op(out, OP.i64And)
          op(out, OP.i64Sub)
        })
      })
    },
  }
}

/** (to, bytes): limbs from 0 to 2^w - 1 of little-endian bytes, which zeros follow up to `BYTES_SIZE`. */
export function fromBytesFunction({ limbs, limbBits }: CurveShape): PlainFunction {
  const [to, bytes, at, bit] = [0, 1, 2, 3]
  return {
    name: 'fromBytes',
    parameters: [TYPE.i32, TYPE.i32],
    locals: [[2, TYPE.i32]],
    body(out) {
      countUp(out, at, 0, 8 * limbs, 8, () => {
        sumOf(out, to, at)
        pushByteOf(out, bytes, bit)
        opAt(out, OP.i64Load, 0)
        pushShift(out, bit)
        op(out, OP.i64ShrU)
        withConstant(out, OP.i64And, 2 ** limbBits - 1)
        opAt(out, OP.i64Store, 0)
        advance(out, bit, limbBits)
      })
    },
  }
}

/** (bytes, a): little-endian bytes of limbs from 0 to 2^w - 1. */
export function toBytesFunction({ limbs, limbBits }: CurveShape): PlainFunction {
  const [bytes, a, at, bit, address] = [0, 1, 2, 3, 4]
  return {
    name: 'toBytes',
    parameters: [TYPE.i32, TYPE.i32],
    locals: [[3, TYPE.i32]],
    body(out) {
      clear(out, () => get(out, bytes), BYTES_SIZE)
      countUp(out, at, 0, 8 * limbs, 8, () => {
        pushByteOf(out, bytes, bit)
        set(out, address)
        get(out, address)
        get(out, address)
        opAt(out, OP.i64Load, 0)
        limb(out, a, at)
        pushShift(out, bit)
        op(out, OP.i64Shl)
        op(out, OP.i64Or)
        opAt(out, OP.i64Store, 0)
        advance(out, bit, limbBits)
      })
    },
  }
}

/** Pushes the address of the byte that holds the bit. */
function pushByteOf(out: Emitter, bytes: number, bit: number): void {
  get(out, bytes)
  get(out, bit)
  i32(out, 3)
  op(out, OP.i32ShrU)
  op(out, OP.i32Add)
}

/** Pushes the place of the bit in its byte. */
function pushShift(out: Emitter, bit: number): void {
  get(out, bit)
  i32(out, 7)
  op(out, OP.i32And)
  op(out, OP.i64ExtendI32U)
}

function advance(out: Emitter, bit: number, by: number): void {
  get(out, bit)
  i32(out, by)
  op(out, OP.i32Add)
  set(out, bit)
}
