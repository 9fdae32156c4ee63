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

  it.each([521, 607, 1279])('takes the Mersenne prime 2^%i - 1 beside another', (exponent) => {
    expect(areProbablePrimes([mersenne(exponent), PRIME], random)).toBe(true)
  })

  it('takes primes less one of which is a multiple of 2 many times', () => {
    // Proth primes: 3·2^534 + 1 and 3·2^2208 + 1.
    const proth = [3n * (1n << 534n) + 1n, 3n * (1n << 2208n) + 1n] as const
    expect(areProbablePrimes(proth, random)).toBe(true)
  })

  it('refuses 2^523 - 1, which passes every test to base 2 and has no small divisor', () => {
    const composite = mersenne(523)
    expect(modPowOfTwo(composite - 1n, composite)).toBe(1n)
    refusesInEitherPlace(composite)
  })

  it('refuses a Carmichael number without small divisors', () => {
    expect(modPow(3n, CARMICHAEL - 1n, CARMICHAEL)).toBe(1n)
    refusesInEitherPlace(CARMICHAEL)
  })

  it('refuses the product of two primes', () => {
    refusesInEitherPlace(PRIME * mersenne(607))
  })

  it.each([
    [521, 1279, 7],
    [1279, 1279, 5],
    [2203, 1279, 5],
    [2203, 2203, 4],
  ])(
    'tests primes of %i and %i bits with %i bases each, as table B.1 has it',
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
