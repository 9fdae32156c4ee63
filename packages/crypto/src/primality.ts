/** Telling primes from composites: FIPS 186-5 appendix B.3, with cheap tests first. */

import { modPow, modPowOfTwo } from './modular-exponentiation.ts'
import { bitLength, drawBetween } from './number-theory.ts'
import type { RandomSource } from './random-source.ts'

/**
 * Tells whether an odd number is prime, but for an error probability that no one will meet.
 *
 * Small divisors and Fermat's test to base 2 throw out nearly every composite and take nothing from the
 * random source; what they leave meets the Miller-Rabin test with bases from `random`.
 *
 * @param candidate - An odd number of 512 bits or more, so that no small prime is the number itself.
 * @param random - Source of the bases.
 * @see FIPS 186-5 appendix B.3.1; table B.1 for the number of rounds
 */
export function isProbablePrime(candidate: bigint, random: RandomSource): boolean {
  if (hasSmallDivisor(candidate)) return false
  if (modPowOfTwo(candidate - 1n, candidate) !== 1n) return false
  for (let round = 0; round < millerRabinRounds(bitLength(candidate)); round++) {
    if (!passesMillerRabin(candidate, drawBetween(candidate, random))) return false
  }
  return true
}

/** FIPS 186-5 table B.1, error probability by the strength of the modulus; between its rows, the safer one. */
function millerRabinRounds(bits: number): number {
  if (bits >= 1536) return 4
  return bits >= 1024 ? 5 : 7
}

/** FIPS 186-5 appendix B.3.1, steps 1 to 4.8 for one base from 2 to `candidate - 2`. */
function passesMillerRabin(candidate: bigint, base: bigint): boolean {
  const last = candidate - 1n
  let odd = last
  let twos = 0
  while ((odd & 1n) === 0n) {
    odd >>= 1n
    twos++
  }
  let z = modPow(base, odd, candidate)
  if (z === 1n || z === last) return true
  for (let i = 1; i < twos; i++) {
    z = (z * z) % candidate
    if (z === last) return true
  }
  return false
}

function hasSmallDivisor(candidate: bigint): boolean {
  for (const { product, primes } of smallPrimes()) {
    const residue = Number(candidate % product)
    for (const prime of primes) if (residue % prime === 0) return true
  }
  return false
}

/** Primes whose product is a safe integer: one division of a long number serves them all. */
interface PrimeChunk {
  readonly product: bigint
  readonly primes: readonly number[]
}

/** Above this bound one more small prime costs more than the exponentiations that it saves. */
const SMALL_PRIME_BOUND = 1 << 14

let chunks: readonly PrimeChunk[] | undefined

/** The odd primes below the bound, made when first asked for: importing the package builds no table. */
function smallPrimes(): readonly PrimeChunk[] {
  chunks ??= chunksOf(oddPrimesBelow(SMALL_PRIME_BOUND))
  return chunks
}

function oddPrimesBelow(bound: number): readonly number[] {
  const composite = new Uint8Array(bound)
  const primes: number[] = []
  for (let n = 3; n < bound; n += 2) {
    if (composite[n] === 1) continue
    primes.push(n)
    for (let multiple = n * n; multiple < bound; multiple += 2 * n) composite[multiple] = 1
  }
  return primes
}

function chunksOf(primes: readonly number[]): readonly PrimeChunk[] {
  const made: PrimeChunk[] = []
  let chunk: number[] = []
  let product = 1
  for (const prime of primes) {
    if (product * prime > Number.MAX_SAFE_INTEGER) {
      made.push({ product: BigInt(product), primes: chunk })
      chunk = []
      product = 1
    }
    chunk.push(prime)
    product *= prime
  }
  made.push({ product: BigInt(product), primes: chunk })
  return made
}
