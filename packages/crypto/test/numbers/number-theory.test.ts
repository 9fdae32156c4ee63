import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modPow, modPowOfTwo } from '../../src/numbers/modular-exponentiation.ts'
import {
  bitLength,
  drawBetween,
  gcd,
  integerSquareRoot,
  modInverse,
} from '../../src/numbers/number-theory.ts'
import { drawBytes, unusableSource } from '../../src/random/random-source.ts'
import { codeOf } from '../refusal.ts'
import { runs } from '../runs.ts'
import { testRandom } from '../test-keys.ts'

const large = fc.bigInt({ min: 0n, max: 1n << 600n })
const positive = fc.bigInt({ min: 2n, max: 1n << 600n })

describe('modPow', () => {
  it('is repeated multiplication', () => {
    fc.assert(
      fc.property(large, fc.integer({ min: 0, max: 200 }), positive, (base, exponent, modulus) => {
        let product = 1n
        for (let i = 0; i < exponent; i++) product = (product * base) % modulus
        expect(modPow(base, BigInt(exponent), modulus)).toBe(product)
      }),
      runs(50),
    )
  })

  it('adds exponents, also across the limit between short and long ones', () => {
    fc.assert(
      fc.property(positive, large, large, positive, (base, a, b, modulus) => {
        const product = (modPow(base, a, modulus) * modPow(base, b, modulus)) % modulus
        expect(modPow(base, a + b, modulus)).toBe(product)
      }),
      runs(50),
    )
  })

  it('is continuous at 2^64, where windows begin', () => {
    const modulus = (1n << 127n) - 1n
    const below = modPow(3n, (1n << 64n) - 1n, modulus)
    expect(modPow(3n, 1n << 64n, modulus)).toBe((below * 3n) % modulus)
  })

  it('is 1 for exponent 0', () => {
    expect(modPow(5n, 0n, 7n)).toBe(1n)
  })

  it('agrees with itself on base 2', () => {
    fc.assert(
      fc.property(large, positive, (exponent, modulus) => {
        expect(modPowOfTwo(exponent, modulus)).toBe(modPow(2n, exponent, modulus))
      }),
      runs(50),
    )
  })
})

describe('gcd and modInverse', () => {
  it('an inverse inverts, and is missing only if there is a common divisor', () => {
    fc.assert(
      fc.property(large, positive, (a, modulus) => {
        const inverse = modInverse(a, modulus)
        if (gcd(a, modulus) === 1n) expect((a * (inverse ?? 0n)) % modulus).toBe(1n)
        else expect(inverse).toBeUndefined()
      }),
      runs(100),
    )
  })

  it('a common factor is found', () => {
    expect(gcd(2n ** 80n * 15n, 2n ** 79n * 21n)).toBe(2n ** 79n * 3n)
    expect(modInverse(15n, 21n)).toBeUndefined()
  })
})

describe('integerSquareRoot', () => {
  it('is the largest number whose square is not above n', () => {
    fc.assert(
      fc.property(large, (n) => {
        const root = integerSquareRoot(n)
        expect(root * root <= n && (root + 1n) * (root + 1n) > n).toBe(true)
      }),
      runs(100),
    )
  })
})

describe('bitLength', () => {
  it('counts bits', () => {
    expect([0n, 1n, 255n, 256n].map(bitLength)).toEqual([0, 1, 8, 9])
  })
})

describe('drawBetween', () => {
  it('draws every number from 2 to bound - 2 and no other', () => {
    const random = testRandom('drawBetween')
    const drawn = new Set(Array.from({ length: 400 }, () => drawBetween(11n, random)))
    expect([...drawn].sort((a, b) => Number(a - b))).toEqual([2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n])
  })

  it('rejects a source that repeats a number outside the range', () => {
    expect(codeOf(() => drawBetween(11n, (length) => new Uint8Array(length)))).toBe(
      'INVALID_ARGUMENT',
    )
  })
})

describe('drawBytes', () => {
  it('copies, so that a source may reuse an array', () => {
    const shared = new Uint8Array(4)
    const first = drawBytes(() => shared, 4)
    shared.fill(9)
    expect([...first]).toEqual([0, 0, 0, 0])
  })

  it('rejects a source that returns too few bytes', () => {
    expect(codeOf(() => drawBytes(() => new Uint8Array(3), 4))).toBe('INVALID_ARGUMENT')
  })

  it('names the source in the error', () => {
    expect(unusableSource().message).toContain('random source')
  })
})
