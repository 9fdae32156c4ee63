/** The first part of a batch of the inversion: w divsteps on the lowest limbs, which yield a matrix. */

import { OP } from '../../wasm/opcodes.ts'
import { type Emitter, get, i32, i64, op, opAt, set } from '../../wasm/plain-emitter.ts'
import type { CurveShape } from './curve-shape.ts'
import { LOCAL } from './inverse-locals.ts'
import type { MemoryLayout } from './memory-layout.ts'
import { countUp, withConstant } from './write-code.ts'

/** w steps on the low 2w bits of f and g. */
export function writeBatch(out: Emitter, { limbBits }: CurveShape, { f, g }: MemoryLayout): void {
  for (const [local, address] of [
    [LOCAL.f, f],
    [LOCAL.g, g],
  ] as const) {
    i32(out, 0)
    opAt(out, OP.i64Load, address)
    i32(out, 0)
    opAt(out, OP.i64Load, address + 8)
    withConstant(out, OP.i64Shl, limbBits)
    op(out, OP.i64Add)
    set(out, local)
  }
  i64(out, 1)
  set(out, LOCAL.uv)
  i64(out, 2 ** 32)
  set(out, LOCAL.qr)
  countUp(out, LOCAL.step, 0, limbBits, 1, () => writeStep(out))
  unpack(out, LOCAL.uv, LOCAL.u, LOCAL.v)
  unpack(out, LOCAL.qr, LOCAL.q, LOCAL.r)
}

/** One divstep: every condition is a mask, 0 or -1. */
function writeStep(out: Emitter): void {
  get(out, LOCAL.zeta)
  withConstant(out, OP.i64ShrS, 63)
  set(out, LOCAL.c1)
  i64(out, 0)
  get(out, LOCAL.g)
  withConstant(out, OP.i64And, 1)
  op(out, OP.i64Sub)
  set(out, LOCAL.c2)
  // Where g is odd, f is added to it, or subtracted where zeta is negative; the matrix likewise.
  addNegatedIf(out, LOCAL.g, LOCAL.f)
  addNegatedIf(out, LOCAL.qr, LOCAL.uv)
  get(out, LOCAL.c1)
  get(out, LOCAL.c2)
  op(out, OP.i64And)
  set(out, LOCAL.c1)
  get(out, LOCAL.zeta)
  get(out, LOCAL.c1)
  op(out, OP.i64Xor)
  withConstant(out, OP.i64Sub, 1)
  set(out, LOCAL.zeta)
  // Where both held, the new f is the old g: the old f and the difference just made.
  addMasked(out, LOCAL.f, LOCAL.g)
  set(out, LOCAL.f)
  addMasked(out, LOCAL.uv, LOCAL.qr)
  withConstant(out, OP.i64Shl, 1)
  set(out, LOCAL.uv)
  get(out, LOCAL.g)
  withConstant(out, OP.i64ShrU, 1)
  set(out, LOCAL.g)
}

/** to += ((from ^ c1) - c1) & c2. */
function addNegatedIf(out: Emitter, to: number, from: number): void {
  get(out, to)
  get(out, from)
  get(out, LOCAL.c1)
  op(out, OP.i64Xor)
  get(out, LOCAL.c1)
  op(out, OP.i64Sub)
  get(out, LOCAL.c2)
  op(out, OP.i64And)
  op(out, OP.i64Add)
  set(out, to)
}

/** Pushes a + (b & c1). */
function addMasked(out: Emitter, a: number, b: number): void {
  get(out, a)
  get(out, b)
  get(out, LOCAL.c1)
  op(out, OP.i64And)
  op(out, OP.i64Add)
}

function unpack(out: Emitter, word: number, low: number, high: number): void {
  get(out, word)
  op(out, OP.i64Extend32S)
  set(out, low)
  get(out, word)
  get(out, low)
  op(out, OP.i64Sub)
  withConstant(out, OP.i64ShrS, 32)
  set(out, high)
}
