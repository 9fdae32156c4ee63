import { describe, expect, it } from 'vitest'
import { modPow, modPowOfTwo } from '../../src/numbers/modular-exponentiation.ts'
import { arePrimes, areProbablePrimes } from '../../src/rsa/primality.ts'
import { testRandom } from '../test-keys.ts'

const mersenne = (exponent: number) => (1n << BigInt(exponent)) - 1n
const PRIME = mersenne(521)

/** (6k + 1)(12k + 1)(18k + 1), all three of them prime (Chernick 1939). */
const K = (1n << 168n) + 198074n
const CARMICHAEL = (6n * K + 1n) * (12n * K + 1n) * (18n * K + 1n)

/** p·(2p - 1), both of them prime: a strong pseudoprime to the bases 2 and 3. */
const P = (1n << 510n) + 2900805n
const PASSES_2_AND_3 = P * (2n * P - 1n)

/** The product of 2^509 - 1 and (2^509 + 1)/3: it passes Fermat's test to base 2 (Cipolla 1904). */
const PASSES_FERMAT = ((1n << 1018n) - 1n) / 3n

/** Whether a number that is 1 modulo 2 passes the Miller-Rabin test to a base. */
function passesBase(n: bigint, base: bigint): boolean {
  let odd = n - 1n
  while (odd % 2n === 0n) odd /= 2n
  for (let power = modPow(base, odd, n), e = odd; e < n; e *= 2n, power = (power * power) % n) {
    if (power === n - 1n || (e === odd && power === 1n)) return true
  }
  return false
}

describe('arePrimes', () => {
  it.each([521, 607, 1279])('takes the Mersenne prime 2^%i - 1 next to another', (exponent) => {
    expect(arePrimes([mersenne(exponent), PRIME])).toEqual([true, true])
  })

  it('takes primes less one of which is a multiple of 2 many times', () => {
    expect(arePrimes([3n * (1n << 534n) + 1n, 3n * (1n << 2208n) + 1n])).toEqual([true, true])
  })

  it.each([
    ['(4^509 - 1)/3, which passes Fermat’s test to base 2', PASSES_FERMAT, []],
    ['a number that passes to the bases 2 and 3', PASSES_2_AND_3, [2n, 3n]],
    ['2^523 - 1, which passes to base 2', mersenne(523), [2n]],
    ['a Carmichael number', CARMICHAEL, []],
    ['the product of two primes', PRIME * mersenne(607), []],
    ['an odd number with a small divisor', 3n * PRIME, []],
  ] as const)('tells %s from a prime, in either place', (_, composite, bases) => {
    for (const base of bases) expect(passesBase(composite, base)).toBe(true)
    expect(arePrimes([composite, PRIME])).toEqual([false, true])
    expect(arePrimes([PRIME, composite])).toEqual([true, false])
    expect(arePrimes([composite, composite])).toEqual([false, false])
  })

  it('is given (4^509 - 1)/3 with 2^(n - 1) = 1 modulo n', () => {
    expect(modPowOfTwo(PASSES_FERMAT - 1n, PASSES_FERMAT)).toBe(1n)
  })

  it('gives the same answer at every call', () => {
    for (let i = 0; i < 3; i++) expect(arePrimes([PASSES_2_AND_3, PRIME])).toEqual([false, true])
  })
})

describe('areProbablePrimes', () => {
  const random = testRandom('areProbablePrimes')
  const refusesInEitherPlace = (composite: bigint) => {
    expect(areProbablePrimes([composite, PRIME], random)).toBe(false)
    expect(areProbablePrimes([PRIME, composite], random)).toBe(false)
  }

  it.each([521, 607, 1279])('takes the Mersenne prime 2^%i - 1 next to another', (exponent) => {
    expect(areProbablePrimes([mersenne(exponent), PRIME], random)).toBe(true)
  })

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
