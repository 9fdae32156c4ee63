import { describe, expect, it } from 'vitest'
import { rememberCount } from '../../src/ops/remembered-count.ts'

describe('a number that is remembered', () => {
  it('is asked for once, however many readers there are, and again after a while', async () => {
    let asked = 0
    let now = 0
    const count = rememberCount(async () => (asked += 1), { keepMs: 5000, now: () => now })
    expect(await Promise.all([count(), count(), count()])).toEqual([1, 1, 1])
    now = 4999
    expect(await count()).toBe(1)
    now = 5000
    expect(await count()).toBe(2)
    expect(asked).toBe(2)
  })

  it('is NaN while it cannot be found out', async () => {
    let now = 0
    let isAway = true
    const ask = async () => {
      if (isAway) throw new Error('away')
      return 3
    }
    const count = rememberCount(ask, { keepMs: 1000, now: () => now })
    expect(await count()).toBeNaN()
    isAway = false
    now = 1000
    expect(await count()).toBe(3)
  })

  it('is NaN for a reader who would wait too long, and is there for the next one', async () => {
    let answer: (count: number) => void = () => {}
    const slow = new Promise<number>((resolve) => {
      answer = resolve
    })
    const count = rememberCount(() => slow, { mostMs: 1, now: () => 0 })
    expect(await count()).toBeNaN()
    answer(7)
    await slow
    expect(await count()).toBe(7)
  })
})
