/**
 * The inverse modulo p or the order in constant time: divsteps of Bernstein and Yang, in the half-delta variant.
 *
 * A batch of w steps looks at the lowest limbs of f and g only and yields a matrix (u v; q r) of numbers up to 2^w,
 * which is then applied to all of f and g (exactly divisible by 2^w) and to d and e (made divisible by multiples of
 * the modulus m). Two entries of the matrix share a 64-bit word, u + v·2^32, so that one addition, negation or
 * shift serves both. Limbs are w bits from 0 to 2^w - 1, with a signed top limb; d and e stay in (-2m, m).
 *
 * @see Bernstein, Yang, "Fast constant-time gcd computation and modular inversion", eprint 2019/266
 * @see Pornin, eprint 2020/972, section 3, for the packed matrix
 * @see github.com/sipa/safegcd-bounds for the number of steps of the half-delta variant
 */

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
import { writeBatch } from './inverse-batch.ts'
import { LOCAL } from './inverse-locals.ts'
import { writeCoefficients, writeValues } from './inverse-update.ts'
import type { MemoryLayout } from './memory-layout.ts'
import { clear, copy, countUp, limb, limbAt, sumOf, withConstant } from './write-code.ts'

/** Steps after which g is 0, for numbers of so many bits. */
const stepsFor = (bits: number): number => Math.floor((45907 * bits + 26313) / 19929)

/** (to, a, modulus): a from 0 to m - 1 in limbs as from `freeze`; the result is in (-m, m), and 0 for 0. */
export function invertFunction(shape: CurveShape, layout: MemoryLayout): PlainFunction {
  const { bits, limbBits } = shape
  return {
    name: 'invert',
    parameters: [TYPE.i32, TYPE.i32, TYPE.i32],
    locals: [
      [3, TYPE.i32],
      [17, TYPE.i64],
    ],
    body(out) {
      writeStart(out, layout)
      countUp(out, LOCAL.batch, 0, Math.ceil(stepsFor(bits) / limbBits), 1, () => {
        writeBatch(out, shape, layout)
        writeCoefficients(out, shape, layout)
        writeValues(out, shape, layout)
      })
      writeResult(out, shape, layout)
    },
  }
}

/** f = m, g = a, d = 0, e = 1, and zeta = -1: minus delta less one half. */
function writeStart(out: Emitter, { f, g, d, e, element }: MemoryLayout): void {
  copy(
    out,
    () => i32(out, f),
    () => get(out, LOCAL.modulus),
    element,
  )
  copy(
    out,
    () => i32(out, g),
    () => get(out, LOCAL.a),
    element,
  )
  clear(out, () => i32(out, d), element)
  clear(out, () => i32(out, e), element)
  i32(out, 0)
  i64(out, 1)
  opAt(out, OP.i64Store, e)
  i64(out, -1)
  set(out, LOCAL.zeta)
}

/** The inverse is d·f with f = 1 or -1: m is added to a negative d, then both are negated with f; balanced limbs. */
function writeResult(out: Emitter, { limbs, limbBits }: CurveShape, layout: MemoryLayout): void {
  const { d, f } = layout
  const top = 8 * (limbs - 1)
  const half = 2 ** (limbBits - 1)
  for (const [local, address] of [
    [LOCAL.c1, f + top],
    [LOCAL.c2, d + top],
  ] as const) {
    i32(out, 0)
    opAt(out, OP.i64Load, address)
    withConstant(out, OP.i64ShrS, 63)
    set(out, local)
  }
  i64(out, 0)
  set(out, LOCAL.cd)
  const pushSum = () => {
    limbAt(out, d, LOCAL.at)
    limb(out, LOCAL.modulus, LOCAL.at)
    get(out, LOCAL.c2)
    op(out, OP.i64And)
    op(out, OP.i64Add)
    get(out, LOCAL.c1)
    op(out, OP.i64Xor)
    get(out, LOCAL.c1)
    op(out, OP.i64Sub)
    get(out, LOCAL.cd)
    op(out, OP.i64Add)
  }
  countUp(out, LOCAL.at, 0, top, 8, () => {
    pushSum()
    withConstant(out, OP.i64Add, half)
    set(out, LOCAL.cd)
    sumOf(out, LOCAL.to, LOCAL.at)
    get(out, LOCAL.cd)
    withConstant(out, OP.i64And, 2 * half - 1)
    withConstant(out, OP.i64Sub, half)
    opAt(out, OP.i64Store, 0)
    get(out, LOCAL.cd)
    withConstant(out, OP.i64ShrS, limbBits)
    set(out, LOCAL.cd)
  })
  sumOf(out, LOCAL.to, LOCAL.at)
  pushSum()
  opAt(out, OP.i64Store, 0)
}
