import { describe, expect, it } from 'vitest'
import { checkHistory, type Model, type Operation } from './check-history.ts'

/** A number that is written and read. */
type Access = { readonly write: number } | 'read'

const register: Model<number, Access, number | 'done'> = {
  initial: 0,
  next: (state, input, output) => {
    if (input !== 'read') return [input.write]
    return output === undefined || output === state ? [state] : []
  },
  keyOf: String,
  isRead: (input) => input === 'read',
}

/** `[called, returned, input, output]` */
type Row = readonly [number, number, Access, (number | 'done')?]

const historyOf = (rows: readonly Row[]): Operation<Access, number | 'done'>[] =>
  rows.map(([called, returned, input, output]) => ({
    ...{ called, returned, input },
    ...(output !== undefined && { output }),
  }))

const NEVER = Number.POSITIVE_INFINITY

const verdictOf = (...rows: readonly Row[]) => checkHistory(register, historyOf(rows)).verdict

describe('a linearizable history', () => {
  it.each<[string, readonly Row[]]>([
    ['without operations', []],
    [
      'of one client',
      [
        [1, 2, { write: 1 }, 'done'],
        [3, 4, 'read', 1],
      ],
    ],
    [
      'whose readers see two writes in the order that they had',
      [
        [1, 8, { write: 1 }, 'done'],
        [2, 7, { write: 2 }, 'done'],
        [3, 4, 'read', 2],
        [5, 6, 'read', 1],
      ],
    ],
    [
      'in which a read during a write sees the value before',
      [
        [1, 4, { write: 1 }, 'done'],
        [2, 3, 'read', 0],
        [5, 6, 'read', 1],
      ],
    ],
    [
      'in which a write without an answer happens late',
      [
        [1, NEVER, { write: 1 }],
        [2, 3, 'read', 0],
        [4, 5, 'read', 0],
        [6, 7, 'read', 1],
      ],
    ],
    [
      'in which a write without an answer never happens',
      [
        [1, NEVER, { write: 1 }],
        [2, 3, 'read', 0],
      ],
    ],
  ])('%s is accepted', (_, rows) => {
    expect(verdictOf(...rows)).toBe('linearizable')
  })
})

describe('a history that is not linearizable', () => {
  it.each<[string, readonly Row[]]>([
    [
      'a stale read',
      [
        [1, 2, { write: 1 }, 'done'],
        [3, 4, 'read', 0],
      ],
    ],
    ['a value that was never written', [[1, 2, 'read', 7]]],
    [
      'a value that comes back',
      [
        [1, 2, { write: 1 }, 'done'],
        [3, 10, { write: 2 }, 'done'],
        [4, 5, 'read', 2],
        [6, 7, 'read', 1],
      ],
    ],
    [
      'two readers that see two writes in different orders',
      [
        [1, 2, { write: 1 }, 'done'],
        [3, 4, { write: 2 }, 'done'],
        [5, 8, 'read', 2],
        [9, 10, 'read', 1],
      ],
    ],
    [
      'a write without an answer that happens twice',
      [
        [1, NEVER, { write: 1 }],
        [2, 3, 'read', 1],
        [4, 5, { write: 2 }, 'done'],
        [6, 7, 'read', 1],
      ],
    ],
    [
      'a write before it was called',
      [
        [1, 2, 'read', 1],
        [3, 4, { write: 1 }, 'done'],
      ],
    ],
  ])('with %s is rejected', (_, rows) => {
    expect(verdictOf(...rows)).toBe('not linearizable')
  })

  it('is shown as far as it goes', () => {
    const history = historyOf([
      [1, 2, { write: 1 }, 'done'],
      [3, 4, 'read', 1],
      [5, 6, 'read', 0],
    ])
    expect(checkHistory(register, history)).toMatchObject({
      order: history.slice(0, 2),
      state: 1,
      stuck: history.slice(2),
    })
  })
})

describe('the search', () => {
  it('is undecided after as many places as it may try', () => {
    const writes = Array.from({ length: 12 }, (_, index): Row => {
      return [index, 100 + index, { write: index }, 'done']
    })
    const history = historyOf([...writes, [200, 201, 'read', 99]])
    expect(checkHistory(register, history, 100)).toEqual({ verdict: 'undecided', tried: 100 })
    // It remembers: twelve writes have half a thousand million orders, and 4,096 sets with twelve last values each.
    const { verdict, tried } = checkHistory(register, history)
    expect(verdict).toBe('not linearizable')
    expect(tried).toBeLessThan(4096 * 12)
  })

  it('goes through thousands of operations of one client', () => {
    const rows = Array.from({ length: 5000 }, (_, index): Row => {
      return [2 * index, 2 * index + 1, { write: index }, 'done']
    })
    expect(verdictOf(...rows, [10_000, 10_001, 'read', 4999])).toBe('linearizable')
    expect(verdictOf(...rows, [10_000, 10_001, 'read', 4998])).toBe('not linearizable')
  })
})
