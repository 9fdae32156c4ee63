import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  emptyMap,
  entriesAfter,
  type Node,
  type SortedMap,
  withoutValue,
  withValue,
} from '../../src/state/sorted-map.ts'
import { type Difference, differences } from '../../src/state/sorted-map-difference.ts'
import { runs } from '../runs.ts'

/** A map whose nodes tell when they are looked into. */
interface Counted {
  readonly map: SortedMap<number>
  readonly looks: () => number
}

/** What is meant, at the cost of both maps. */
function naive(before: SortedMap<number>, after: SortedMap<number>): readonly Difference<number>[] {
  const [were, are] = [new Map(entriesAfter(before)), new Map(entriesAfter(after))]
  const keys = [...new Set([...were.keys(), ...are.keys()])].sort((a, b) => (a < b ? -1 : 1))
  return keys
    .map((key) => ({ key, before: were.get(key), after: are.get(key) }))
    .filter((difference) => difference.before !== difference.after)
}

type Change =
  | readonly ['put', number, number]
  | readonly ['take', number]
  | readonly ['take many', number, number]
  | readonly ['put many', number, number]

const keyOf = (n: number): string => String(n).padStart(5, '0')
const range = (start: number, length: number) => Array.from({ length }, (_, i) => start + i)

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('put' as const), fc.nat(3000), fc.nat(5)) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('take' as const), fc.nat(3000)) },
  // Whole leaves and branches come and go, so that the two trees are out of step.
  { weight: 2, arbitrary: fc.tuple(fc.constant('take many' as const), fc.nat(3000), fc.nat(900)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('put many' as const), fc.nat(3000), fc.nat(900)) },
)

function changed(map: SortedMap<number>, [kind, n, more = 0]: Change): SortedMap<number> {
  if (kind === 'put') return withValue(map, keyOf(n), more)
  if (kind === 'take') return withoutValue(map, keyOf(n))
  const keys = range(n, more).map(keyOf)
  if (kind === 'take many') return keys.reduce(withoutValue<number>, map)
  return keys.reduce((next, key) => withValue(next, key, 7), map)
}

const filled = (size: number): SortedMap<number> =>
  range(0, size).reduce((map, n) => withValue(map, keyOf(n * 3), n), emptyMap<number>())

/** Every node of a copy counts each look at its children or values. */
function counted(map: SortedMap<number>, shared: Map<Node<number>, Node<number>>): Counted {
  let count = 0
  const copyOf = (node: Node<number>): Node<number> => {
    const known = shared.get(node)
    if (known !== undefined) return known
    const copy = new Proxy(
      'children' in node
        ? { keys: node.keys, children: node.children.map(copyOf) }
        : { keys: node.keys, values: node.values },
      {
        get: (target, member) => {
          if (member === 'children' || member === 'values') count += 1
          return Reflect.get(target, member)
        },
      },
    ) as Node<number>
    shared.set(node, copy)
    return copy
  }
  return { map: { size: map.size, root: copyOf(map.root) }, looks: () => count }
}

describe('the difference of two maps', () => {
  it('is that of their entries, where one was made of the other', () => {
    fc.assert(
      fc.property(
        fc.nat(1200),
        fc.array(anyChange, { maxLength: 12 }),
        fc.array(anyChange, { maxLength: 12 }),
        (size, first, then) => {
          const before = first.reduce(changed, filled(size))
          const after = then.reduce(changed, before)
          expect([...differences(before, after)]).toEqual(naive(before, after))
          expect([...differences(after, before)]).toEqual(naive(after, before))
        },
      ),
      runs(150),
    )
  })

  it('is that of their entries, where they have nothing in common', () => {
    fc.assert(
      fc.property(
        fc.array(anyChange, { maxLength: 12 }),
        fc.array(anyChange, { maxLength: 12 }),
        (first, other) => {
          const before = first.reduce(changed, emptyMap<number>())
          const after = other.reduce(changed, emptyMap<number>())
          expect([...differences(before, after)]).toEqual(naive(before, after))
        },
      ),
      runs(100),
    )
  })

  it('is nothing between a map and itself, without a look inside', () => {
    const { map, looks } = counted(filled(2000), new Map())
    const before = looks()
    expect([...differences(map, map)]).toEqual([])
    // Only the depth is measured.
    expect(looks() - before).toBeLessThan(20)
  })

  it.each([100, 1000, 10_000])(
    'of one entry in %i looks at one path of each, and at no other entries',
    (size) => {
      const before = filled(size)
      for (const key of [0, size >> 1, size - 1].map((n) => keyOf(n * 3))) {
        for (const after of [withValue(before, key, -1), withoutValue(before, key)]) {
          const shared = new Map()
          const [left, right] = [counted(before, shared), counted(after, shared)]
          const looked = left.looks() + right.looks()
          expect([...differences(left.map, right.map)]).toHaveLength(1)
          expect(left.looks() + right.looks() - looked).toBeLessThan(80)
        }
      }
    },
  )

  it('of a split or an emptied node looks at what is beside it, no further', () => {
    const before = filled(5000)
    const split = range(0, 40).reduce((map, n) => withValue(map, `06000-${n}`, n), before)
    const emptied = range(2000, 40).reduce((map, n) => withoutValue(map, keyOf(n * 3)), before)
    for (const after of [split, emptied]) {
      for (const [a, b] of [
        [before, after],
        [after, before],
      ] as const) {
        const shared = new Map()
        const [left, right] = [counted(a, shared), counted(b, shared)]
        const looked = left.looks() + right.looks()
        expect([...differences(left.map, right.map)]).toHaveLength(40)
        expect(left.looks() + right.looks() - looked).toBeLessThan(200)
      }
    }
  })
})
