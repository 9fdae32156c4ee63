/** Tables for the comb: made at run time, when a point is first multiplied. */

import { type Comb, tablePoints } from '../kernel/curve-shape.ts'
import type { Machine } from './machine.ts'

/**
 * Makes the table of the point that `checkPoint` left in t1 and t2.
 *
 * With P_j = 2^(j·spacing)·Q of every tooth j, the first entry of a block is the top tooth's point less all others;
 * entry i + 2^j is entry i plus 2·P_j. Whether an addition is exceptional depends on the curve alone, since every
 * point has the same order: none is.
 *
 * @param table - Its address.
 * @param comb - How the table is cut.
 */
export function buildTable(machine: Machine, table: number, comb: Comb): void {
  const { kernel, bytes, at } = machine
  const { blocks, teeth } = comb
  const size = 4 * at.element
  const points = at.work + 2 * blocks * teeth * size
  writeTeeth(machine, comb)
  for (let block = 0; block < blocks; block++) {
    const first = points + (block << (teeth - 1)) * size
    const tooth = (j: number) => at.work + 2 * (block * teeth + j) * size
    const top = tooth(teeth - 1)
    bytes.copyWithin(first, top, top + 2 * at.element)
    bytes.copyWithin(first + 2 * at.element, at.r, at.r + at.element)
    for (let j = 0; j < teeth - 1; j++) {
      const y = tooth(j) + at.element
      kernel.subtract(y, at.zero, y)
      kernel.addTo(first, first, tooth(j))
    }
    for (let j = 0; j < teeth - 1; j++) {
      for (let i = 0; i < 1 << j; i++) {
        kernel.addTo(first + (i + (1 << j)) * size, first + i * size, tooth(j) + size)
      }
    }
  }
  kernel.normalise(points, tablePoints(comb))
  kernel.pack(table, points, tablePoints(comb))
}

/** P_j and 2·P_j of every tooth, side by side and affine. */
function writeTeeth({ kernel, bytes, at }: Machine, { blocks, teeth, spacing }: Comb): void {
  const { element, work } = at
  const count = blocks * teeth
  bytes.copyWithin(at.x, at.t1, at.t1 + element)
  bytes.copyWithin(at.y, at.t2, at.t2 + element)
  bytes.copyWithin(at.z, at.r, at.r + element)
  for (let j = 0; j < count; j++) {
    if (j > 0) kernel.double(spacing - 1)
    bytes.copyWithin(work + 8 * j * element, at.x, at.x + 3 * element)
    kernel.double(1)
    bytes.copyWithin(work + (8 * j + 4) * element, at.x, at.x + 3 * element)
  }
  kernel.normalise(work, 2 * count)
}
