import { describe, expect, it } from 'vitest'
import { CONTROL, largestT, timingOf } from '../../src/measuring/timing.mjs'

/** So many values around a mean, without chance. */
const around = (mean, count) =>
  Array.from({ length: count }, (_, index) => mean + (index % 10) / 10)

describe('largestT', () => {
  it('is 0 where both classes are the same', () => {
    expect(largestT([around(5, 100), around(5, 100)])).toBe(0)
  })

  it('is 0 where a coarse clock gives one value only', () => {
    expect(largestT([new Array(100).fill(1), new Array(100).fill(1)])).toBe(0)
  })

  it('is far above 10 where one class takes longer', () => {
    expect(largestT([around(5, 1000), around(5.5, 1000)])).toBeGreaterThan(10)
  })

  it('finds a difference that slow samples hide from the mean', () => {
    const slow = [...around(1000, 5), ...around(90_000, 5)]
    expect(largestT([[...around(5, 1000), ...slow], around(5.5, 1000)])).toBeGreaterThan(10)
  })

  it('stays small for two halves of the same samples', () => {
    const values = around(5, 1000)
    const halves = [0, 1].map((half) => values.filter((_, index) => (index >> 1) % 2 === half))
    expect(largestT(halves)).toBeLessThan(4.5)
  })
})

describe('timingOf', () => {
  it('compares random secrets with each kind of secret, and with each other', () => {
    const made = { random: 0, zero: 0 }
    const target = {
      prepare: (secret) => () => secret,
      random: () => ++made.random,
      fixed: { zero: () => ++made.zero },
    }
    const found = timingOf(target, 1000)
    expect(Object.keys(found)).toEqual([CONTROL, 'zero'])
    // 1000 samples and 500 that warm up, twice: about a quarter of them are of the fixed kind.
    expect(made.random + made.zero).toBe(3000)
    expect(made.zero).toBeGreaterThan(500)
  })
})
