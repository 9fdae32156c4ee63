import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  emptyMap,
  entriesAfter,
  getValue,
  type SortedMap,
  withoutValue,
  withValue,
} from '../../src/state/sorted-map.ts'
import { runs } from '../runs.ts'

/** What a map is meant to be: an array in the order of its keys. */
type Model = readonly (readonly [string, number])[]

const modelWith = (model: Model, key: string, value: number): Model => [
  ...model.filter(([other]) => other < key),
  [key, value],
  ...model.filter(([other]) => other > key),
]
const modelWithout = (model: Model, key: string): Model => model.filter(([other]) => other !== key)

type Change = readonly ['put', string, number] | readonly ['take', string]

/** Few keys, so that they meet again; some of them awkward. */
const anyKey = fc.oneof(
  fc.nat(600).map((n) => String(n).padStart(3, '0')),
  fc.nat(600).map(String),
  fc.string({ maxLength: 2 }),
)

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant('put' as const), anyKey, fc.nat()) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('take' as const), anyKey) },
)

const changed = (map: SortedMap<number>, [kind, key, value]: Change): SortedMap<number> =>
  kind === 'put' ? withValue(map, key, value ?? 0) : withoutValue(map, key)

const modelChanged = (model: Model, [kind, key, value]: Change): Model =>
  kind === 'put' ? modelWith(model, key, value ?? 0) : modelWithout(model, key)

const manyChanges = fc.array(anyChange, { minLength: 1, maxLength: 1500, size: 'max' })

describe('a sorted map', () => {
  it('is what a sorted array is, after any changes', () => {
    fc.assert(
      fc.property(manyChanges, anyKey, (changes, after) => {
        const map = changes.reduce(changed, emptyMap<number>())
        const model = changes.reduce(modelChanged, [])
        expect([...entriesAfter(map)]).toEqual(model)
        expect([...entriesAfter(map, after)]).toEqual(model.filter(([key]) => key > after))
        expect(map.size).toBe(model.length)
        for (const [, key] of changes) {
          expect(getValue(map, key)).toBe(model.find(([other]) => other === key)?.[1])
        }
      }),
      runs(30),
    )
  })

  it('keeps every version of itself as it was', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 300, size: 'max' }), (changes) => {
        let map = emptyMap<number>()
        let model: Model = []
        const versions = changes.map((change) => {
          map = changed(map, change)
          model = modelChanged(model, change)
          return { map, model }
        })
        for (const version of versions) {
          expect([...entriesAfter(version.map)]).toEqual(version.model)
        }
      }),
      runs(20),
    )
  })

  it('does not depend on the order in which it was filled', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyKey, { maxLength: 400, size: 'max' }), (keys) => {
        const fill = (order: readonly string[]) =>
          order.reduce((map, key) => withValue(map, key, key.length), emptyMap<number>())
        expect([...entriesAfter(fill(keys))]).toEqual([...entriesAfter(fill(keys.toSorted()))])
      }),
      runs(30),
    )
  })

  it('thousands of random entries come and go, as in an array', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(9999)), (numbers) => {
        const present = new Map<string, number>()
        let map = emptyMap<number>()
        for (let i = 0; i < 20_000; i++) {
          const key = String(numbers.next().value)
          if (present.delete(key)) map = withoutValue(map, key)
          else {
            present.set(key, i)
            map = withValue(map, key, i)
          }
        }
        const model = [...present].toSorted(([a], [b]) => (a < b ? -1 : 1))
        expect([...entriesAfter(map)]).toEqual(model)
        expect(map.size).toBe(present.size)
      }),
      runs(2),
    )
  })
})
