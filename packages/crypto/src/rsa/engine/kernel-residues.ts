/** The remainders of one long number by many short ones, sixteen at a time. */

import { SIMD } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i32,
  type PlainFunction,
  set,
  simd,
  simdAt,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import {
  beginCountDown,
  endCountDown,
  F64X2,
  increase,
  load,
  loadFixed,
  zero,
} from './kernel-parts.ts'
import { AT, LIMB } from './memory-layout.ts'

/** Vectors that are computed side by side: a step of one is a chain of seven instructions of about four cycles each. */
const VECTORS = 8

/** Short numbers divided by at a time; their count is a multiple of it. */
export const RESIDUE_GROUP: number = 2 * VECTORS

/** The locals: two parameters, a value, eight of each of the next three, and 32-bit counters and addresses. */
const WORDS = 0
const GROUPS = 1
const VALUE = 2
const DIVISORS = 3
const INVERSES = DIVISORS + VECTORS
const REMAINDERS = INVERSES + VECTORS
const PRIMES = REMAINDERS + VECTORS
const WORD = PRIMES + 1
const REST = PRIMES + 2

/**
 * `residues(words, groups)`: replaces each of 16·groups doubles p at `AT.primes` with n modulo p.
 *
 * Before: n as `words` doubles of 32 bits at `AT.steps`, the highest first. Horner's rule, with a remainder r
 * between -p/2 and p/2 but for rounding: r·2^32 + word is below 2^51 and exact for p up to 2^19, and so is the
 * nearest multiple of p, although its quotient may be off by one where two multiples are equally near.
 */
export const residuesFunction: PlainFunction = {
  name: 'residues',
  parameters: [TYPE.i32, TYPE.i32],
  locals: [
    [1 + 3 * VECTORS, TYPE.v128],
    [3, TYPE.i32],
  ],
  body(out) {
    i32(out, AT.primes)
    set(out, PRIMES)
    get(out, GROUPS)
    beginCountDown(out, GROUPS)
    for (let i = 0; i < VECTORS; i++) begin(out, i)
    i32(out, AT.steps)
    set(out, WORD)
    get(out, WORDS)
    beginCountDown(out, REST)
    for (let i = 0; i < VECTORS; i++) takeIn(out, i)
    increase(out, WORD, 8)
    endCountDown(out, REST)
    for (let i = 0; i < VECTORS; i++) {
      get(out, PRIMES)
      get(out, REMAINDERS + i)
      simdAt(out, SIMD.store, LIMB * i)
    }
    increase(out, PRIMES, LIMB * VECTORS)
    endCountDown(out, GROUPS)
  },
}

function begin(out: Emitter, i: number): void {
  load(out, PRIMES, LIMB * i)
  set(out, DIVISORS + i)
  loadFixed(out, AT.one)
  get(out, DIVISORS + i)
  simd(out, F64X2.divide)
  set(out, INVERSES + i)
  zero(out)
  set(out, REMAINDERS + i)
}

/** One step of Horner's rule for one vector. */
function takeIn(out: Emitter, i: number): void {
  get(out, REMAINDERS + i)
  loadFixed(out, AT.wordBase)
  simd(out, F64X2.multiply)
  get(out, WORD)
  simdAt(out, SIMD.load64Splat, 0)
  simd(out, F64X2.add)
  set(out, VALUE)
  get(out, VALUE)
  get(out, VALUE)
  get(out, INVERSES + i)
  simd(out, F64X2.multiply)
  loadFixed(out, AT.toWhole)
  simd(out, F64X2.add)
  loadFixed(out, AT.toWhole)
  simd(out, F64X2.subtract)
  get(out, DIVISORS + i)
  simd(out, F64X2.multiply)
  simd(out, F64X2.subtract)
  set(out, REMAINDERS + i)
}
