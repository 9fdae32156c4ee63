import { describe, expect, it } from 'vitest'
import { inTurn, printedBy } from '../../src/measuring/fresh-runs.mjs'

describe('inTurn', () => {
  it('starts from another run each round, and does not count the round before the first', async () => {
    const turns = []
    let count = 0
    const run = (label) => ({
      label,
      run() {
        turns.push(label)
        return ++count
      },
    })
    const found = await inTurn([run('a'), run('b')], 2, () => {})
    expect(turns.join('')).toBe('abbaab')
    expect(found).toEqual([
      [4, 5],
      [3, 6],
    ])
  })
})

describe('printedBy', () => {
  it('parses what a program prints', () => {
    expect(printedBy(['-e', 'console.log(JSON.stringify({ a: 1 }))'])).toEqual({ a: 1 })
  })

  it('throws if the program fails', () => {
    expect(() => printedBy(['-e', 'process.exit(3)'])).toThrow()
  })
})
