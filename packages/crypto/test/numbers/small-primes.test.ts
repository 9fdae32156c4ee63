import { describe, expect, it } from 'vitest'
import { oddPrimesBelow } from '../../src/numbers/small-primes.ts'

describe('oddPrimesBelow', () => {
  it('starts with 3 and omits 9', () => {
    expect([...oddPrimesBelow(30)]).toEqual([3, 5, 7, 11, 13, 17, 19, 23, 29])
  })

  // pi(2^n) - 1: OEIS A007053.
  it.each([
    [15, 3511],
    [17, 12250],
    [18, 22999],
    [19, 43389],
  ])('lists all primes below 2^%i', (exponent, count) => {
    expect(oddPrimesBelow(1 << exponent)).toHaveLength(count)
  })

  it('stops below the bound', () => {
    expect(oddPrimesBelow(29).at(-1)).toBe(23)
    expect(oddPrimesBelow(49)).not.toContain(49)
    expect(oddPrimesBelow(50)).not.toContain(49)
  })

  it('computes a table once', () => {
    expect(oddPrimesBelow(1 << 15)).toBe(oddPrimesBelow(1 << 15))
  })
})
