import { describe, expect, it } from 'vitest'
import { median, quantile, summary } from '../../src/measuring/statistics.mjs'

describe('median', () => {
  it('is the middle of an odd number of samples, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5)
  })

  it('is half way between the two in the middle of an even number', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })

  it('sorts by size, not by spelling', () => {
    expect(median([10, 9, 100])).toBe(10)
  })

  it('leaves the samples in their order', () => {
    const samples = [3, 1, 2]
    median(samples)
    expect(samples).toEqual([3, 1, 2])
  })

  it('is refused for nothing', () => {
    expect(() => median([])).toThrow(RangeError)
  })
})

describe('quantile', () => {
  it('has the least at 0 and the most at 1', () => {
    expect([quantile([5, 2, 8], 0), quantile([5, 2, 8], 1)]).toEqual([2, 8])
  })

  it('lies between two samples where its place does', () => {
    expect(quantile([0, 10, 20, 30, 40], 0.25)).toBe(10)
    expect(quantile([0, 10], 0.25)).toBe(2.5)
  })
})

describe('summary', () => {
  it('counts, and keeps four digits', () => {
    expect(summary([1.23456, 1.23456])).toEqual({
      count: 2,
      median: 1.235,
      quartiles: [1.235, 1.235],
      p99: 1.235,
      extremes: [1.235, 1.235],
    })
  })

  it('keeps every digit of a whole number', () => {
    expect(summary([1_873_877]).median).toBe(1_873_877)
  })

  it('has the time within which 99 of 100 samples are', () => {
    expect(summary(Array.from({ length: 101 }, (_, index) => index)).p99).toBe(99)
  })
})
