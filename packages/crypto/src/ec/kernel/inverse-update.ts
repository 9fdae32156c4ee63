/** The second part of a batch of the inversion: its matrix is applied to d and e, and to f and g. */

import { OP } from '../../wasm/opcodes.ts'
import { type Emitter, get, i32, i64, op, opAt, set } from '../../wasm/plain-emitter.ts'
import type { CurveShape } from './curve-shape.ts'
import { LOCAL } from './inverse-locals.ts'
import type { MemoryLayout } from './memory-layout.ts'
import { countUp, limb, withConstant } from './write-code.ts'

/** (d, e) = (u d + v e + md·m, q d + r e + me·m) / 2^w, with the md and me that make it exact and keep the range. */
export function writeCoefficients(out: Emitter, shape: CurveShape, layout: MemoryLayout): void {
  const { limbs, limbBits } = shape
  const { d, e } = layout
  const top = 8 * (limbs - 1)
  for (const [local, address] of [
    [LOCAL.di, d],
    [LOCAL.ei, e],
  ] as const) {
    i32(out, 0)
    opAt(out, OP.i64Load, address + top)
    withConstant(out, OP.i64ShrS, 63)
    set(out, local)
  }
  for (const [multiple, left, right] of [
    [LOCAL.md, LOCAL.u, LOCAL.v],
    [LOCAL.me, LOCAL.q, LOCAL.r],
  ] as const) {
    get(out, left)
    get(out, LOCAL.di)
    op(out, OP.i64And)
    get(out, right)
    get(out, LOCAL.ei)
    op(out, OP.i64And)
    op(out, OP.i64Add)
    set(out, multiple)
  }
  loadPair(out, d, e, () => i32(out, 0))
  clearCarries(out)
  accumulate(out)
  for (const [multiple, sum] of [
    [LOCAL.md, LOCAL.cd],
    [LOCAL.me, LOCAL.ce],
  ] as const) {
    // md -= (m^-1·cd + md) mod 2^w
    get(out, multiple)
    get(out, LOCAL.modulus)
    opAt(out, OP.i64Load, layout.element)
    get(out, sum)
    op(out, OP.i64Mul)
    get(out, multiple)
    op(out, OP.i64Add)
    withConstant(out, OP.i64And, 2 ** limbBits - 1)
    op(out, OP.i64Sub)
    set(out, multiple)
    get(out, sum)
    get(out, LOCAL.modulus)
    opAt(out, OP.i64Load, 0)
    get(out, multiple)
    op(out, OP.i64Mul)
    op(out, OP.i64Add)
    withConstant(out, OP.i64ShrS, limbBits)
    set(out, sum)
  }
  countUp(out, LOCAL.at, 8, 8 * limbs, 8, () => {
    loadPair(out, d, e, () => get(out, LOCAL.at))
    accumulate(out)
    for (const [multiple, sum] of [
      [LOCAL.md, LOCAL.cd],
      [LOCAL.me, LOCAL.ce],
    ] as const) {
      get(out, sum)
      limb(out, LOCAL.modulus, LOCAL.at)
      get(out, multiple)
      op(out, OP.i64Mul)
      op(out, OP.i64Add)
      set(out, sum)
    }
    storePair(out, d, e, limbBits)
  })
  storeTop(out, d + top, e + top)
}

/** (f, g) = (u f + v g, q f + r g) / 2^w, which is exact. */
export function writeValues(
  out: Emitter,
  { limbs, limbBits }: CurveShape,
  { f, g }: MemoryLayout,
): void {
  const top = 8 * (limbs - 1)
  loadPair(out, f, g, () => i32(out, 0))
  clearCarries(out)
  accumulate(out)
  for (const sum of [LOCAL.cd, LOCAL.ce]) {
    get(out, sum)
    withConstant(out, OP.i64ShrS, limbBits)
    set(out, sum)
  }
  countUp(out, LOCAL.at, 8, 8 * limbs, 8, () => {
    loadPair(out, f, g, () => get(out, LOCAL.at))
    accumulate(out)
    storePair(out, f, g, limbBits)
  })
  storeTop(out, f + top, g + top)
}

function loadPair(out: Emitter, first: number, second: number, offset: () => void): void {
  offset()
  opAt(out, OP.i64Load, first)
  set(out, LOCAL.di)
  offset()
  opAt(out, OP.i64Load, second)
  set(out, LOCAL.ei)
}

function clearCarries(out: Emitter): void {
  i64(out, 0)
  set(out, LOCAL.cd)
  i64(out, 0)
  set(out, LOCAL.ce)
}

/** cd += u·di + v·ei and ce += q·di + r·ei. */
function accumulate(out: Emitter): void {
  for (const [sum, left, right] of [
    [LOCAL.cd, LOCAL.u, LOCAL.v],
    [LOCAL.ce, LOCAL.q, LOCAL.r],
  ] as const) {
    get(out, sum)
    get(out, left)
    get(out, LOCAL.di)
    op(out, OP.i64Mul)
    op(out, OP.i64Add)
    get(out, right)
    get(out, LOCAL.ei)
    op(out, OP.i64Mul)
    op(out, OP.i64Add)
    set(out, sum)
  }
}

/** Stores the low limbs of cd and ce one place below the one that was read. */
function storePair(out: Emitter, first: number, second: number, limbBits: number): void {
  for (const [sum, address] of [
    [LOCAL.cd, first],
    [LOCAL.ce, second],
  ] as const) {
    get(out, LOCAL.at)
    get(out, sum)
    withConstant(out, OP.i64And, 2 ** limbBits - 1)
    opAt(out, OP.i64Store, address - 8)
    get(out, sum)
    withConstant(out, OP.i64ShrS, limbBits)
    set(out, sum)
  }
}

function storeTop(out: Emitter, first: number, second: number): void {
  i32(out, 0)
  get(out, LOCAL.cd)
  opAt(out, OP.i64Store, first)
  i32(out, 0)
  get(out, LOCAL.ce)
  opAt(out, OP.i64Store, second)
}
