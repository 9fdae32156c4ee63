/** Tables for the comb: made at run time, when a point is first multiplied. */

import { tablePoints } from '../kernel/curve-shape.ts'
import type { Machine } from './machine.ts'

/**
 * Makes the table of the point that `checkPoint` left in t1 and t2.
 *
 * With P_j = 2^(j·spacing)·Q of every tooth j, the first entry of a block is the top tooth's point less all others;
 * entry i + 2^j is entry i plus 2·P_j. Whether an addition is exceptional depends on the curve alone, since every
 * point has the same order: none is.
 *
 * @param table - Its address.
 */
export function buildTable(machine: Machine, table: number): void {
  const { kernel, bytes, shape, at } = machine
  const size = 4 * at.element
  const points = at.work + 2 * shape.blocks * shape.teeth * size
  writeTeeth(machine)
  for (let block = 0; block < shape.blocks; block++) {
    const first = points + (block << (shape.teeth - 1)) * size
    const tooth = (j: number) => at.work + 2 * (block * shape.teeth + j) * size
    const top = tooth(shape.teeth - 1)
    bytes.copyWithin(first, top, top + 2 * at.element)
    bytes.copyWithin(first + 2 * at.element, at.r, at.r + at.element)
    for (let j = 0; j < shape.teeth - 1; j++) {
      const y = tooth(j) + at.element
      kernel.subtract(y, at.zero, y)
      kernel.addTo(first, first, tooth(j))
    }
    for (let j = 0; j < shape.teeth - 1; j++) {
      for (let i = 0; i < 1 << j; i++) {
        kernel.addTo(first + (i + (1 << j)) * size, first + i * size, tooth(j) + size)
      }
    }
  }
  kernel.normalise(points, tablePoints(shape))
  kernel.pack(table, points, tablePoints(shape))
}

/** P_j and 2·P_j of every tooth, side by side and affine. */
function writeTeeth({ kernel, bytes, shape, at }: Machine): void {
  const { element, work } = at
  const count = shape.blocks * shape.teeth
  bytes.copyWithin(at.x, at.t1, at.t1 + element)
  bytes.copyWithin(at.y, at.t2, at.t2 + element)
  bytes.copyWithin(at.z, at.r, at.r + element)
  for (let j = 0; j < count; j++) {
    if (j > 0) kernel.double(shape.spacing - 1)
    bytes.copyWithin(work + 8 * j * element, at.x, at.x + 3 * element)
    kernel.double(1)
    bytes.copyWithin(work + (8 * j + 4) * element, at.x, at.x + 3 * element)
  }
  kernel.normalise(work, 2 * count)
}
