import { describe, expect, it } from 'vitest'
import {
  FIRST_PRIMES_STATE,
  NEXT_PRIMES_STATE,
  ROUND_CONSTANTS,
} from '../../../src/hash/engine/sha2-constants.ts'

const PRIMES = Array.from({ length: 500 }, (_, n) => n)
  .filter((n) => n > 1 && Array.from({ length: n }, (_, d) => d).every((d) => d < 2 || n % d !== 0))
  .slice(0, 80)

/** The largest whole number whose power is not above `n`. */
function root(n: bigint, exponent: bigint): bigint {
  let low = 0n
  let high = 1n << 130n
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (middle ** exponent <= n) low = middle
    else high = middle
  }
  return low
}

/** The first 64 bits of a root's fractional part, as two words. */
function fraction(prime: number, exponent: bigint): readonly number[] {
  const bits = BigInt.asUintN(64, root(BigInt(prime) << (64n * exponent), exponent))
  return [Number(bits >> 32n), Number(bits & 0xffffffffn)]
}

describe('the constants of SHA-2', () => {
  it('of the rounds are cube roots of 80 primes', () => {
    expect(PRIMES).toHaveLength(80)
    expect(ROUND_CONSTANTS).toEqual(PRIMES.flatMap((prime) => fraction(prime, 3n)))
  })

  it('of the first states are square roots of 16 primes', () => {
    const roots = PRIMES.slice(0, 16).map((prime) => fraction(prime, 2n))
    expect(FIRST_PRIMES_STATE).toEqual(roots.slice(0, 8).flat())
    expect(NEXT_PRIMES_STATE).toEqual(roots.slice(8).flat())
  })
})
