/** A fork is the HSM again: whatever comes after it, nobody can tell by the answers that it was made. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { engineOf } from '../../src/engine/hsm.ts'
import {
  createHsm,
  createKey,
  deleteKey,
  forkHsm,
  getKey,
  type Hsm,
  listKeys,
} from '../../src/index.ts'
import { runs } from '../runs.ts'
import { jump, perform, type Scene, stepOn, stepOnAll } from '../sequences.ts'
import { snapshot } from '../snapshot.ts'
import { testHsm } from '../test-hsm.ts'

const STEPS = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: stepOn('a', 'b', 'c') },
    { weight: 2, arbitrary: stepOnAll },
    { weight: 2, arbitrary: jump(1, 1, 1, -1) },
  ),
  { maxLength: 25 },
)

const sceneOf = (): Scene => ({ ...testHsm({ limits: { versions: 9 } }), backups: new Map() })

describe('any commands after a fork', () => {
  it('answer as without it, in the fork and in the original, and neither sees the other', () => {
    fc.assert(
      fc.property(STEPS, STEPS, (before, after) => {
        const unforked = sceneOf()
        for (const step of before) perform(step, unforked)
        const expected = after.map((step) => perform(step, unforked))

        const original = sceneOf()
        for (const step of before) perform(step, original)
        const fork = {
          ...original,
          hsm: forkHsm(original.hsm),
          backups: new Map(original.backups),
        }
        const then = original.clock.seconds
        const shown = snapshot(original.hsm)
        expect(after.map((step) => perform(step, fork))).toEqual(expected)

        const forkThen = fork.clock.seconds
        const forkShown = snapshot(fork.hsm)
        original.clock.seconds = then
        expect(snapshot(original.hsm)).toEqual(shown)
        expect(after.map((step) => perform(step, original))).toEqual(expected)
        expect(fork.clock.seconds).toBe(forkThen)
        expect(snapshot(fork.hsm)).toEqual(forkShown)
      }),
      runs(150),
    )
  })
})

describe('forking', () => {
  const withKeys = (count: number): Hsm => {
    const hsm = createHsm()
    for (let i = 0; i < count; i++) createKey(hsm, `key-${i}`, { kty: 'oct' })
    return hsm
  }

  it('copies nothing, however many keys there are: the fork holds the very same store', () => {
    const hsm = withKeys(2000)
    expect(engineOf(forkHsm(hsm)).state).toBe(engineOf(hsm).state)
  })

  it('lets a change of one key copy the path to it and share all the rest', () => {
    const hsm = withKeys(2000)
    const fork = forkHsm(hsm)
    deleteKey(fork, 'key-1000')
    const nodes = nodesOf(engineOf(hsm).state)
    const changed = [...nodesOf(engineOf(fork).state)].filter((node) => !nodes.has(node))
    // Of the keys, the list of active ones, that of deleted ones, and that by due date: a path of each.
    expect(nodes.size).toBeGreaterThan(120)
    expect(changed.length).toBeLessThan(16)
  })

  it('a thousand deep, with a change at each, leaves every one right and none deeper than the first', () => {
    const chain = [withKeys(3)]
    for (let depth = 1; depth <= 1000; depth++) {
      const fork = forkHsm(chain.at(-1) as Hsm)
      createKey(fork, `fork-${depth}`, { kty: 'oct', tags: { depth: `${depth}` } })
      chain.push(fork)
    }
    for (const [depth, hsm] of chain.entries()) {
      const { keys } = engineOf(hsm).state
      expect(keys.size).toBe(3 + depth)
      if (depth > 0) expect(getKey(hsm, `fork-${depth}`).tags).toEqual({ depth: `${depth}` })
    }
    const [first, last] = [chain[0] as Hsm, chain[1000] as Hsm]
    expect(listKeys(first).value).toHaveLength(3)
    expect(getKey(last, 'fork-1').tags).toEqual({ depth: '1' })
    expect(() => getKey(first, 'fork-1')).toThrow('Key not found')
    // What stands behind the last fork is one engine and one store: nothing leads back through the other 999.
    expect(Object.getOwnPropertyDescriptor(engineOf(last), 'state')).toHaveProperty('value')
    expect(depthOf(engineOf(last).state)).toBe(depthOf(engineOf(rebuilt(last)).state))
  })

  /** The same keys made in an HSM that was never forked. */
  function rebuilt(hsm: Hsm): Hsm {
    const { size } = engineOf(hsm).state.keys
    return withKeys(size)
  }
})

/** Every node of the trees of a store. */
function nodesOf(value: unknown, found = new Set<object>()): ReadonlySet<object> {
  if (typeof value !== 'object' || value === null || found.has(value)) return found
  const { root, children } = value as { root?: unknown; children?: readonly unknown[] }
  if ('keys' in value && Array.isArray(value.keys)) found.add(value)
  for (const child of children ?? []) nodesOf(child, found)
  if (root !== undefined) nodesOf(root, found)
  else if (!Array.isArray((value as { keys?: unknown }).keys)) {
    for (const map of Object.values(value)) nodesOf(map, found)
  }
  return found
}

/** How many nodes lie between a store and a key in it. */
function depthOf({ keys: { root } }: { readonly keys: { readonly root: object } }): number {
  let depth = 1
  for (let node = root; 'children' in node; depth++) node = (node.children as object[])[0] as object
  return depth
}
