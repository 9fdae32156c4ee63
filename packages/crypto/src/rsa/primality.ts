/** Primality tests: the Miller-Rabin test of FIPS 186-5 appendix B.3.1, on two numbers at once. */

import { bitLength, drawBetween } from '../numbers/number-theory.ts'
import type { RandomSource } from '../random/random-source.ts'
import { rsaEngine } from './engine/choose-rsa-engine.ts'
import { inBoth, type Pair } from './engine/rsa-engine.ts'

/**
 * Tests whether two odd numbers are both prime, with the error probability of FIPS 186-5 table B.1.
 *
 * @param candidates - Odd numbers, 5 or more.
 * @param random - Source of the bases: in each round one for the first number, then one for the second.
 * @returns `false` if at least one of them is composite.
 * @see FIPS 186-5 appendix B.3.1; table B.1 for the number of rounds
 */
export function areProbablePrimes(candidates: Pair<bigint>, random: RandomSource): boolean {
  const parts = inBoth(candidates, oddPart)
  const power = rsaEngine().powerPair(
    candidates,
    inBoth(parts, ({ odd }) => odd),
  )
  const shorter = Math.min(...candidates.map(bitLength))
  for (let round = 0; round < millerRabinRounds(shorter); round++) {
    const bases = inBoth(candidates, (candidate) => drawBetween(candidate, random))
    const powers = power(bases)
    const passed = inBoth(powers, (z, lane) => passes(candidates[lane], z, parts[lane].twos))
    if (!passed[0] || !passed[1]) return false
  }
  return true
}

/** FIPS 186-5 table B.1, error probability by the strength of the modulus; between two rows, the safer one. */
function millerRabinRounds(bits: number): number {
  if (bits >= 1536) return 4
  return bits >= 1024 ? 5 : 7
}

/** Steps 1 and 2: the candidate minus 1 is 2^twos times an odd number. */
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
