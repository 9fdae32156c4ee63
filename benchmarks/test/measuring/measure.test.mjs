import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { measure } from '../../src/measuring/measure.mjs'

const SHORT = { warmUp: 0, batch: 0, budget: 5, most: 4 }

// A clock that only the operations move: nothing here depends on the machine.
let now
beforeEach(() => {
  now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(() => vi.restoreAllMocks())

function busyFor(milliseconds) {
  now += milliseconds
}

describe('measure', () => {
  it('gives the time of one operation, however many fill a batch', async () => {
    const effort = { warmUp: 20, batch: 8, budget: 40, most: 3 }
    const { slow } = await measure({ slow: () => busyFor(1) }, effort)
    expect(slow).toEqual([1, 1, 1])
  })

  it('lets contenders take turns, from another one each round', async () => {
    const turns = []
    const instant = () => {}
    await measure({ a: instant, b: instant, c: instant }, SHORT, (name) => turns.push(name))
    expect(turns.slice(0, 9).join('')).toBe('abcbcacab')
  })

  it('takes at least one sample of each, and no more than the most', async () => {
    const samples = await measure({ slow: () => busyFor(10), instant: () => {} }, SHORT)
    expect([samples.slow.length, samples.instant.length]).toEqual([1, 4])
  })

  it('waits for promises', async () => {
    const later = async () => {
      await new Promise(setImmediate)
      busyFor(5)
    }
    const samples = await measure({ later }, { ...SHORT, most: 2 })
    expect(samples.later).toEqual([5])
  })

  it('repeats nothing that fills a batch by itself', async () => {
    let calls = 0
    const slow = () => {
      calls += 1
      busyFor(3)
    }
    const samples = await measure({ slow }, { warmUp: 0, batch: 2, budget: 1, most: 9 })
    expect([samples.slow.length, calls]).toEqual([1, 2])
  })
})
