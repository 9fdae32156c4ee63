/** Remainders of one long number by many short ones, sixteen at a time. */

import { type Code, defineFunction, I32, V128, type WasmFunction } from '../../wasm/wasm-emitter.ts'
import {
  add,
  divide,
  get,
  increase,
  int,
  load,
  loadIntoBoth,
  multiply,
  sequence,
  set,
  store,
  subtract,
  zero,
} from '../../wasm/wasm-instructions.ts'
import { countDown } from './kernel-parts.ts'
import { AT, LIMB } from './memory-layout.ts'

/** Vectors that go through the words together: the chain of one is seven instructions of some four cycles each. */
const VECTORS = 8

/** Short numbers that are served at a time: their count is a multiple of it. */
export const RESIDUE_GROUP: number = 2 * VECTORS

/**
 * `residues(words, groups)`: puts n modulo p in the place of each of 16·groups doubles p at `AT.primes`.
 *
 * Before: n as `words` doubles of 32 bits at `AT.steps`, the highest first. Horner's rule, with a remainder r
 * between -p/2 and p/2 but for rounding: r·2^32 + word is below 2^51 and exact for p up to 2^19, and so is the
 * nearest multiple of p, though the quotient that finds it may be one off where two are equally near.
 */
export const residuesFunction = (): WasmFunction =>
  defineFunction(
    [I32, I32],
    (local) => {
      const [words, groups] = [0, 1]
      const primes = local(I32)
      const word = local(I32)
      const rest = local(I32)
      const value = local(V128)
      const lanes = Array.from({ length: VECTORS }, () => ({
        divisor: local(V128),
        inverse: local(V128),
        remainder: local(V128),
      }))
      const forAll = (make: (lane: (typeof lanes)[number], i: number) => Code): Code =>
        sequence(...lanes.map(make))
      const magic = load(int(0), AT.toWhole)
      const quotient = (inverse: number) =>
        subtract(add(multiply(get(value), get(inverse)), magic), magic)
      return sequence(
        set(primes, int(AT.primes)),
        countDown(
          groups,
          get(groups),
          sequence(
            forAll(({ divisor, inverse, remainder }, i) =>
              sequence(
                set(divisor, load(get(primes), LIMB * i)),
                set(inverse, divide(load(int(0), AT.one), get(divisor))),
                set(remainder, zero),
              ),
            ),
            set(word, int(AT.steps)),
            countDown(
              rest,
              get(words),
              sequence(
                forAll(({ divisor, inverse, remainder }) =>
                  sequence(
                    set(
                      value,
                      add(
                        multiply(get(remainder), load(int(0), AT.wordBase)),
                        loadIntoBoth(get(word)),
                      ),
                    ),
                    set(remainder, subtract(get(value), multiply(quotient(inverse), get(divisor)))),
                  ),
                ),
                increase(word, 8),
              ),
            ),
            forAll(({ remainder }, i) => store(get(primes), LIMB * i, get(remainder))),
            increase(primes, LIMB * VECTORS),
          ),
        ),
      )
    },
    'residues',
  )
