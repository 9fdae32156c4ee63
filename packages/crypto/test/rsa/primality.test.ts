import { describe, expect, it } from 'vitest'
import { modPow, modPowOfTwo } from '../../src/numbers/modular-exponentiation.ts'
import { areProbablePrimes } from '../../src/rsa/primality.ts'
import { testRandom } from '../test-keys.ts'

const mersenne = (exponent: number) => (1n << BigInt(exponent)) - 1n
const PRIME = mersenne(521)

/** (6k + 1)(12k + 1)(18k + 1), all three of them prime (Chernick 1939). */
const K = (1n << 168n) + 198074n
const CARMICHAEL = (6n * K + 1n) * (12n * K + 1n) * (18n * K + 1n)

describe('areProbablePrimes', () => {
  const random = testRandom('areProbablePrimes')
  const refusesInEitherPlace = (composite: bigint) => {
    expect(areProbablePrimes([composite, PRIME], random)).toBe(false)
    expect(areProbablePrimes([PRIME, composite], random)).toBe(false)
  }

  it.each([521, 607, 1279])(
    'accepts the Mersenne prime 2^%i - 1 together with another',
    (exponent) => {
      expect(areProbablePrimes([mersenne(exponent), PRIME], random)).toBe(true)
    },
  )

  it('accepts primes for which p - 1 is divisible by a high power of 2', () => {
    // Proth primes: 3·2^534 + 1 and 3·2^2208 + 1.
    const proth = [3n * (1n << 534n) + 1n, 3n * (1n << 2208n) + 1n] as const
    expect(areProbablePrimes(proth, random)).toBe(true)
  })

  it('rejects 2^523 - 1, which passes every test to base 2 and has no small divisor', () => {
    const composite = mersenne(523)
    expect(modPowOfTwo(composite - 1n, composite)).toBe(1n)
    refusesInEitherPlace(composite)
  })

  it('rejects a Carmichael number without small divisors', () => {
    expect(modPow(3n, CARMICHAEL - 1n, CARMICHAEL)).toBe(1n)
    refusesInEitherPlace(CARMICHAEL)
  })

  it('rejects the product of two primes', () => {
    refusesInEitherPlace(PRIME * mersenne(607))
  })

  it.each([
    [521, 1279, 7],
    [1279, 1279, 5],
    [2203, 1279, 5],
    [2203, 2203, 4],
  ])(
    'tests primes of %i and %i bits with %i bases each, as in table B.1',
    (first, second, rounds) => {
      const lengths: number[] = []
      const source = testRandom('rounds')
      areProbablePrimes([mersenne(first), mersenne(second)], (length) => {
        lengths.push(length)
        return source(length)
      })
      const pair = [Math.ceil(first / 8), Math.ceil(second / 8)]
      expect(lengths).toEqual(Array.from({ length: rounds }, () => pair).flat())
    },
  )
})
