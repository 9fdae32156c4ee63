/**
 * Sums, differences and halves modulo p. None of them reduces; what their limbs may grow to is in the comments.
 */

import { OP } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i64,
  op,
  opAt,
  type PlainFunction,
  set,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import type { CurveShape } from './curve-shape.ts'
import { withConstant } from './write-code.ts'

const [TO, A, B] = [0, 1, 2]

/**
 * (to, a, b): limb by limb, so bounds add up.
 *
 * Vectors of two limbs would be slower: a vector read from two limbs that were just stored has to wait for both.
 */
export function sumFunction({ limbs }: CurveShape, name: 'add' | 'subtract'): PlainFunction {
  return {
    name,
    parameters: [TYPE.i32, TYPE.i32, TYPE.i32],
    body(out) {
      for (let i = 0; i < limbs; i++) {
        get(out, TO)
        get(out, A)
        opAt(out, OP.i64Load, 8 * i)
        get(out, B)
        opAt(out, OP.i64Load, 8 * i)
        op(out, name === 'add' ? OP.i64Add : OP.i64Sub)
        opAt(out, OP.i64Store, 8 * i)
      }
    },
  }
}

/** (to, a, b): a - 2b with one pass of carries, so that the limbs are balanced again. */
export function subtractTwiceFunction({ limbs, limbBits }: CurveShape): PlainFunction {
  const [carry, value] = [3, 4]
  const half = 2 ** (limbBits - 1)
  return {
    parameters: [TYPE.i32, TYPE.i32, TYPE.i32],
    locals: [[2, TYPE.i64]],
    body(out) {
      for (let i = 0; i < limbs; i++) {
        get(out, A)
        opAt(out, OP.i64Load, 8 * i)
        get(out, B)
        opAt(out, OP.i64Load, 8 * i)
        withConstant(out, OP.i64Shl, 1)
        op(out, OP.i64Sub)
        get(out, carry)
        op(out, OP.i64Add)
        if (i === limbs - 1) break
        withConstant(out, OP.i64Add, half)
        set(out, value)
        get(out, TO)
        get(out, value)
        withConstant(out, OP.i64And, 2 * half - 1)
        withConstant(out, OP.i64Sub, half)
        opAt(out, OP.i64Store, 8 * i)
        get(out, value)
        withConstant(out, OP.i64ShrS, limbBits)
        set(out, carry)
      }
      set(out, value)
      get(out, TO)
      get(out, value)
      opAt(out, OP.i64Store, 8 * (limbs - 1))
    },
  }
}

/**
 * (to, a): 3a/2. Where 3a is odd, p is added first; whether it is, its lowest limb says.
 *
 * Limbs of a up to u give limbs up to 3u: (3u + u)/2 from the limb itself and u from the lowest bit of the next.
 */
export function tripleHalfFunction(shape: CurveShape): PlainFunction {
  const { limbs, limbBits } = shape
  const p = sparseModulus(shape)
  const [mask, value, next] = [2, 3, 4]
  const pushTriple = (out: Emitter, i: number) => {
    get(out, A)
    opAt(out, OP.i64Load, 8 * i)
    withConstant(out, OP.i64Mul, 3)
    const digit = p[i] ?? 0
    if (digit === 0) return
    get(out, mask)
    withConstant(out, OP.i64And, digit)
    op(out, OP.i64Add)
  }
  return {
    parameters: [TYPE.i32, TYPE.i32],
    locals: [[3, TYPE.i64]],
    body(out) {
      i64(out, 0)
      get(out, A)
      opAt(out, OP.i64Load, 0)
      withConstant(out, OP.i64And, 1)
      op(out, OP.i64Sub)
      set(out, mask)
      pushTriple(out, 0)
      set(out, value)
      for (let i = 0; i < limbs; i++) {
        if (i < limbs - 1) {
          pushTriple(out, i + 1)
          set(out, next)
        }
        get(out, TO)
        get(out, value)
        withConstant(out, OP.i64ShrS, 1)
        if (i < limbs - 1) {
          get(out, next)
          withConstant(out, OP.i64And, 1)
          withConstant(out, OP.i64Shl, limbBits - 1)
          op(out, OP.i64Add)
        }
        opAt(out, OP.i64Store, 8 * i)
        get(out, next)
        set(out, value)
      }
    },
  }
}

/** p in balanced limbs, most of which are zero: its powers of 2, and -k in the lowest limb. */
function sparseModulus({ limbs, limbBits, powers, k }: CurveShape): readonly number[] {
  const digits = new Array<number>(limbs).fill(0)
  digits[0] = -k
  for (const [exponent, sign] of powers) {
    const place = Math.floor(exponent / limbBits)
    digits[place] = (digits[place] ?? 0) + sign * 2 ** (exponent % limbBits)
  }
  return digits
}
