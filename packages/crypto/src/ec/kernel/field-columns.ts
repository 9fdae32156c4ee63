/** What the reductions modulo p have in common: columns of products to reduce, and balanced limbs as the result. */

import { OP } from '../../wasm/opcodes.ts'
import { type Emitter, get, opAt, set } from '../../wasm/plain-emitter.ts'
import { withConstant } from './write-code.ts'

/** The parameter of a product that has the address of the result. */
export const TO = 0

/** The columns of a product, and where a reduction may keep its numbers. */
export interface Columns {
  /** The first of `limbs + 3` free locals of 64 bits. */
  readonly first: number
  /** Pushes the sum of all products of a column, 0 to 2·limbs - 2; with `onto`, adds each of them to what was pushed. */
  readonly pushProducts: (column: number, onto: boolean) => void
}

/**
 * Pops a column and stores its lowest digit, balanced: from -half to half - 1.
 *
 * @param value - A local, which is set to the column plus half: shifted to the right, it is the carry.
 */
export function storeBalanced(out: Emitter, place: number, value: number, half: number): void {
  withConstant(out, OP.i64Add, half)
  set(out, value)
  get(out, TO)
  get(out, value)
  withConstant(out, OP.i64And, 2 * half - 1)
  withConstant(out, OP.i64Sub, half)
  opAt(out, OP.i64Store, 8 * place)
}
