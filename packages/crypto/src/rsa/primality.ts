/** Primality: the Miller-Rabin test of FIPS 186-5 appendix B.3.1, on two numbers at once. */

import { minimalBytes } from '../encoding/bytes.ts'
import { bitLength, drawBetween } from '../numbers/number-theory.ts'
import { createHmacDrbg } from '../random/hmac-drbg.ts'
import type { RandomSource } from '../random/random-source.ts'
import { rsaEngine } from './engine/choose-rsa-engine.ts'
import { inBoth, type Pair } from './engine/rsa-engine.ts'

/**
 * Tests whether two randomly chosen odd numbers are both prime, with a negligible error probability.
 *
 * @param candidates - Odd numbers, 5 or more, that were chosen at random.
 * @param random - Source of the bases: in each round one for the first number, then one for the second.
 * @returns `false` if at least one of them is composite.
 * @see FIPS 186-5 appendix B.3.1; table B.1 for the number of rounds
 */
export function areProbablePrimes(candidates: Pair<bigint>, random: RandomSource): boolean {
  const test = createRound(candidates)
  const shorter = Math.min(...candidates.map(bitLength))
  for (let round = 0; round < millerRabinRounds(shorter); round++) {
    const [first, second] = test(inBoth(candidates, (candidate) => drawBetween(candidate, random)))
    if (!first || !second) return false
  }
  return true
}

/**
 * Tests whether two odd numbers of unknown origin are prime. Needs no randomness: the same numbers always give the
 * same answer.
 *
 * Numbers chosen at random fail the first round if they are composite. For numbers made to deceive, table B.1 does not
 * hold; appendix C.1 bounds the error of each round with a random base by 1/4. So the rounds use the small bases 2 and
 * 3, which numbers can be made to pass, and ten bases derived from the number itself: to find a composite number that passes,
 * an attacker must construct and test about 4^10 numbers of the worst kind.
 *
 * @param candidates - Odd numbers, 5 or more.
 * @returns For each number, whether it is prime. The test ends when one fails; the other then counts as prime.
 * @see FIPS 186-5 appendices B.3.1 and C.1
 */
export function arePrimes(candidates: Pair<bigint>): Pair<boolean> {
  const test = createRound(candidates)
  const sources = inBoth(candidates, (candidate) => createHmacDrbg(minimalBytes(candidate)))
  const passed: [boolean, boolean] = [true, true]
  for (let round = 0; round < FIXED_BASES.length + DERIVED_BASES; round++) {
    const base = FIXED_BASES[round]
    const bases = inBoth(
      candidates,
      (candidate, lane) => base ?? drawBetween(candidate, sources[lane]),
    )
    const [first, second] = test(bases)
    passed[0] &&= first
    passed[1] &&= second
    if (!passed[0] || !passed[1]) break
  }
  return passed
}

const FIXED_BASES: readonly bigint[] = [2n, 3n]
const DERIVED_BASES = 10

/** FIPS 186-5 table B.1, error probability by the strength of the modulus; between its rows, the safer one. */
function millerRabinRounds(bits: number): number {
  if (bits >= 1536) return 4
  return bits >= 1024 ? 5 : 7
}

/** Prepares the rounds of two candidates: from a base for each to whether each passes. */
function createRound(candidates: Pair<bigint>): (bases: Pair<bigint>) => Pair<boolean> {
  const parts = inBoth(candidates, oddPart)
  const power = rsaEngine().powerPair(
    candidates,
    inBoth(parts, ({ odd }) => odd),
  )
  return (bases) => inBoth(power(bases), (z, lane) => passes(candidates[lane], z, parts[lane].twos))
}

/** Steps 1 and 2: the number less one is 2^twos times an odd number. */
function oddPart(candidate: bigint): { readonly odd: bigint; readonly twos: number } {
  let odd = candidate - 1n
  let twos = 0
  while ((odd & 1n) === 0n) {
    odd >>= 1n
    twos++
  }
  return { odd, twos }
}

/** Steps 4.4 to 4.7. `power` is the base raised to the odd part. */
function passes(candidate: bigint, power: bigint, twos: number): boolean {
  const last = candidate - 1n
  let z = power
  if (z === 1n || z === last) return true
  for (let i = 1; i < twos; i++) {
    z = (z * z) % candidate
    if (z === last) return true
  }
  return false
}
