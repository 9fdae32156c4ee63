/** From columns back to limbs. */

import { type Code, defineFunction, I32, V128, type WasmFunction } from '../../wasm/wasm-emitter.ts'
import {
  add,
  get,
  increase,
  int,
  intSubtract,
  load,
  multiply,
  sequence,
  set,
  store,
  subtract,
  sum,
} from '../../wasm/wasm-instructions.ts'
import { countDown, limbCount, rounded, scaled } from './kernel-parts.ts'
import { LIMB } from './memory-layout.ts'

/**
 * `carry(source, target, factor)`: k columns, times a factor of 1 or 2 for each lane, become balanced limbs.
 *
 * Two passes in one, the second a limb behind the first. Each takes from a limb what is above 2^w and gives it
 * to the next, all limbs alike, where one exact pass would be a chain through all of them. What the second
 * leaves is at most 2^(54-2w) + 2 above a digit. The top limb keeps what it gets: it bears the sign.
 */
export const carryFunction = (): WasmFunction =>
  defineFunction([I32, I32, V128], (local) => {
    const [source, target, factor] = [0, 1, 2]
    const value = local(V128)
    const high = local(V128)
    const firstCarry = local(V128)
    const secondCarry = local(V128)
    const rest = local(I32)
    const column: Code = multiply(load(get(source)), get(factor))
    const limb = sequence(
      set(value, column),
      set(high, rounded(get(value))),
      set(value, add(subtract(get(value), get(high)), get(firstCarry))),
      set(firstCarry, scaled(get(high))),
      set(high, rounded(get(value))),
      store(get(target), 0, add(subtract(get(value), get(high)), get(secondCarry))),
      set(secondCarry, scaled(get(high))),
      increase(source, LIMB),
      increase(target, LIMB),
    )
    return sequence(
      countDown(rest, intSubtract(limbCount, int(1)), limb),
      store(get(target), 0, sum(column, get(firstCarry), get(secondCarry))),
    )
  })
