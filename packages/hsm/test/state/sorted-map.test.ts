import { describe, expect, it } from 'vitest'
import {
  emptyMap,
  entriesAfter,
  getValue,
  type SortedMap,
  withoutValue,
  withValue,
} from '../../src/state/sorted-map.ts'

const filled = (keys: readonly string[]): SortedMap<string> =>
  keys.reduce((map, key) => withValue(map, key, `value of ${key}`), emptyMap<string>())

const keysOf = (map: SortedMap<unknown>, after?: string) =>
  [...entriesAfter(map, after)].map(([key]) => key)

const numbered = (count: number) =>
  Array.from({ length: count }, (_, i) => String(i).padStart(6, '0'))

describe('an empty map', () => {
  it('has no entries', () => {
    expect(emptyMap().size).toBe(0)
    expect(keysOf(emptyMap())).toEqual([])
    expect(keysOf(emptyMap(), 'a')).toEqual([])
    expect(getValue(emptyMap(), 'a')).toBeUndefined()
  })

  it('without a key is the same map', () => {
    const map = emptyMap()
    expect(withoutValue(map, 'a')).toBe(map)
  })
})

describe('a map', () => {
  it('finds what was put into it, and nothing else', () => {
    const map = filled(['b', 'a', 'c'])
    expect(map.size).toBe(3)
    expect(getValue(map, 'b')).toBe('value of b')
    for (const other of ['', 'B', 'aa', 'b ', 'd', '\uffff']) {
      expect(getValue(map, other)).toBeUndefined()
    }
  })

  it('replaces a value under its key, and counts it once', () => {
    const map = withValue(filled(['a', 'b']), 'a', 'another')
    expect(map.size).toBe(2)
    expect(getValue(map, 'a')).toBe('another')
  })

  it('without a key that it does not have is the same map', () => {
    const map = filled(numbered(100))
    expect(withoutValue(map, 'nobody')).toBe(map)
  })

  it('goes through its entries in the order of their keys', () => {
    expect(keysOf(filled(['b', 'a', 'B', '', '10', '9', 'a ']))).toEqual([
      '',
      '10',
      '9',
      'B',
      'a',
      'a ',
      'b',
    ])
  })

  it('goes on after a key, whether it is there or not', () => {
    const map = filled(['b', 'd', 'f'])
    expect(keysOf(map, '')).toEqual(['b', 'd', 'f'])
    expect(keysOf(map, 'b')).toEqual(['d', 'f'])
    expect(keysOf(map, 'c')).toEqual(['d', 'f'])
    expect(keysOf(map, 'f')).toEqual([])
    expect(keysOf(map, 'g')).toEqual([])
  })

  // 32 entries fill a leaf, 32 leaves a branch: each count stands beside an edge.
  it.each([31, 32, 33, 63, 64, 65, 1023, 1024, 1025, 1056, 1057, 2000, 40_000])(
    'of %i entries has them all, whether they come upwards, downwards or mixed',
    (count) => {
      const keys = numbered(count)
      const mixed = keys.toSorted(
        (a, b) => ((Number(a) * 7919) % count) - ((Number(b) * 7919) % count),
      )
      for (const order of [keys, keys.toReversed(), mixed]) {
        const map = filled(order)
        expect(map.size).toBe(count)
        expect(keysOf(map)).toEqual(keys)
        expect(keysOf(map, keys[count >> 1])).toEqual(keys.slice((count >> 1) + 1))
        expect(getValue(map, keys[count - 1] ?? '')).toBe(`value of ${keys[count - 1]}`)
      }
    },
  )

  it.each([33, 65, 1057, 5000])('of %i entries is empty once each is taken away', (count) => {
    const keys = numbered(count)
    for (const order of [keys, keys.toReversed()]) {
      let map = filled(keys)
      for (const key of order) map = withoutValue(map, key)
      expect(map.size).toBe(0)
      expect(keysOf(map)).toEqual([])
      expect(keysOf(withValue(map, 'a', 'b'))).toEqual(['a'])
    }
  })

  it('walks no further than it is asked', () => {
    const map = filled(numbered(40_000))
    const first = entriesAfter(map, '000999').next().value
    expect(first).toEqual(['001000', 'value of 001000'])
  })

  it('is as it was after others were made of it', () => {
    const map = filled(numbered(500))
    const before = [...entriesAfter(map)]
    for (const key of numbered(600)) {
      withValue(map, key, 'changed')
      withoutValue(map, key)
    }
    expect([...entriesAfter(map)]).toEqual(before)
    expect(map.size).toBe(500)
  })
})
