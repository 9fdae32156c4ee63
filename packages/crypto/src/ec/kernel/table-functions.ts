/** What makes a table: points to affine coordinates, sums of points, and the short form in which they are kept. */

import { OP } from '../../wasm/opcodes.ts'
import { get, i32, op, opAt, type PlainFunction, set, TYPE } from '../../wasm/plain-emitter.ts'
import type { CurveShape } from './curve-shape.ts'
import { FN } from './function-numbers.ts'
import type { MemoryLayout } from './memory-layout.ts'
import { copy, countUp, limb, parameter, type Step, writeSteps } from './write-code.ts'

/**
 * (points, count): makes points affine by Montgomery's simultaneous inversion: one inversion for all of them.
 *
 * The fourth element of each point takes the product of all Z before it. Z itself stays as it is.
 *
 * @see Montgomery, "Speeding the Pollard and elliptic curve methods of factorization" (1987), section 10.3.1
 */
export function normaliseFunction(at: MemoryLayout): PlainFunction {
  const { element, t1: product, t2: inverse, t3: square } = at
  const size = 4 * element
  const [points, count, index, point, pointY, pointZ, before] = [0, 1, 2, 3, 4, 5, 6]
  const backwards: readonly Step[] = [
    [FN.multiply, inverse, product, parameter(before)],
    [FN.multiply, product, product, parameter(pointZ)],
    [FN.square, square, inverse],
    [FN.multiply, parameter(point), parameter(point), square],
    [FN.multiply, square, square, inverse],
    [FN.multiply, parameter(pointY), parameter(pointY), square],
  ]
  return {
    name: 'normalise',
    parameters: [TYPE.i32, TYPE.i32],
    locals: [[5, TYPE.i32]],
    body(out) {
      const move = (by: number) => {
        for (const local of [point, pointY, pointZ, before]) {
          get(out, local)
          i32(out, by)
          op(out, OP.i32Add)
          set(out, local)
        }
      }
      for (const [place, local] of [point, pointY, pointZ, before].entries()) {
        get(out, points)
        i32(out, place * element)
        op(out, OP.i32Add)
        set(out, local)
      }
      copy(
        out,
        () => i32(out, product),
        () => i32(out, at.r),
        element,
      )
      repeat(() => {
        copy(
          out,
          () => get(out, before),
          () => i32(out, product),
          element,
        )
        writeSteps(out, [[FN.multiply, product, product, parameter(pointZ)]])
        move(size)
      })
      writeSteps(out, [[FN.invertField, product, product]])
      repeat(() => {
        move(-size)
        writeSteps(out, backwards)
      })

      /** Runs the body `count` times. */
      function repeat(body: () => void): void {
        get(out, count)
        set(out, index)
        opLoop(body)
      }

      function opLoop(body: () => void): void {
        op(out, OP.loop)
        op(out, 0x40)
        body()
        get(out, index)
        i32(out, 1)
        op(out, OP.i32Sub)
        set(out, index)
        get(out, index)
        op(out, OP.brIf)
        op(out, 0)
        op(out, OP.end)
      }
    },
  }
}

/** (to, from, affine): the point `from` in Jacobian coordinates plus the affine point, through the accumulator. */
export function addToFunction(at: MemoryLayout): PlainFunction {
  const [to, from, affine] = [0, 1, 2]
  return {
    name: 'addTo',
    parameters: [TYPE.i32, TYPE.i32, TYPE.i32],
    body(out) {
      copy(
        out,
        () => i32(out, at.x),
        () => get(out, from),
        3 * at.element,
      )
      copy(
        out,
        () => i32(out, at.addX),
        () => get(out, affine),
        2 * at.element,
      )
      writeSteps(out, [[FN.addPoint]])
      copy(
        out,
        () => get(out, to),
        () => i32(out, at.x),
        3 * at.element,
      )
    },
  }
}

/** (table, points, count): both coordinates of each point in limbs of 32 bits. */
export function packFunction({ limbs }: CurveShape, at: MemoryLayout): PlainFunction {
  const [table, points, count, place] = [0, 1, 2, 3]
  return {
    name: 'pack',
    parameters: [TYPE.i32, TYPE.i32, TYPE.i32],
    locals: [[1, TYPE.i32]],
    body(out) {
      op(out, OP.loop)
      op(out, 0x40)
      for (const coordinate of [0, 1]) {
        countUp(out, place, coordinate * at.element, coordinate * at.element + 8 * limbs, 8, () => {
          get(out, table)
          limb(out, points, place)
          op(out, OP.i32WrapI64)
          opAt(out, OP.i32Store, 0)
          advance(table, 4)
        })
      }
      advance(table, at.entry - 8 * limbs)
      advance(points, 4 * at.element)
      advance(count, -1)
      get(out, count)
      op(out, OP.brIf)
      op(out, 0)
      op(out, OP.end)

      function advance(local: number, by: number): void {
        get(out, local)
        i32(out, by)
        op(out, OP.i32Add)
        set(out, local)
      }
    },
  }
}
