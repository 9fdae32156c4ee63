/** The product and the square modulo p: columns of products here, their reduction in a file for each kind of p. */

import { OP } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  op,
  opAt,
  type PlainFunction,
  set,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import { type CurveShape, isFolded } from './curve-shape.ts'
import type { Columns } from './field-columns.ts'
import { writeFold } from './field-fold.ts'
import { halvesLocals, LEAST_LIMBS_FOR_HALVES, pushColumn, writeHalves } from './field-karatsuba.ts'
import { writeMontgomery } from './field-montgomery.ts'
import { withConstant } from './write-code.ts'

/** (to, a, b). */
export function multiplyFunction(shape: CurveShape): PlainFunction {
  const { limbs } = shape
  const [a, b] = [3, 3 + limbs]
  const first = b + limbs
  const hasHalves = limbs >= LEAST_LIMBS_FOR_HALVES
  return {
    name: 'multiply',
    parameters: [TYPE.i32, TYPE.i32, TYPE.i32],
    locals: [[3 * limbs + 3 + (hasHalves ? halvesLocals(limbs) : 0), TYPE.i64]],
    body(out) {
      loadLimbs(out, 1, a, limbs)
      loadLimbs(out, 2, b, limbs)
      const pushProducts = hasHalves
        ? writeHalves(out, limbs, a, b, first + limbs + 3)
        : (column: number, onto: boolean) => {
            pushColumn(out, a, b, limbs, column)
            if (onto) op(out, OP.i64Add)
          }
      writeReduction(out, shape, { first, pushProducts })
    },
  }
}

/** (to, a). Products of two different limbs appear twice: the doubled limb is multiplied once. */
export function squareFunction(shape: CurveShape): PlainFunction {
  const { limbs } = shape
  const [a, doubled] = [2, 2 + limbs]
  return {
    name: 'square',
    parameters: [TYPE.i32, TYPE.i32],
    locals: [[3 * limbs + 3, TYPE.i64]],
    body(out) {
      loadLimbs(out, 1, a, limbs)
      for (let i = 0; i < limbs; i++) {
        get(out, a + i)
        withConstant(out, OP.i64Shl, 1)
        set(out, doubled + i)
      }
      writeReduction(out, shape, {
        first: doubled + limbs,
        pushProducts(column, onto) {
          const lowest = Math.max(0, column - limbs + 1)
          for (let i = lowest; 2 * i < column; i++) {
            pushProduct(out, doubled + i, a + column - i)
            if (onto || i > lowest) op(out, OP.i64Add)
          }
          if (column % 2 === 1) return
          pushProduct(out, a + column / 2, a + column / 2)
          if (onto || 2 * lowest < column) op(out, OP.i64Add)
        },
      })
    },
  }
}

function writeReduction(out: Emitter, shape: CurveShape, columns: Columns): void {
  if (isFolded(shape)) writeFold(out, shape, columns)
  else writeMontgomery(out, shape, columns)
}

function loadLimbs(out: Emitter, address: number, first: number, limbs: number): void {
  for (let i = 0; i < limbs; i++) {
    get(out, address)
    opAt(out, OP.i64Load, 8 * i)
    set(out, first + i)
  }
}

function pushProduct(out: Emitter, left: number, right: number): void {
  get(out, left)
  get(out, right)
  op(out, OP.i64Mul)
}
