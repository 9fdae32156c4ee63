/**
 * The differences between two sorted maps. Copies of a map share every subtree that has not changed, and shared subtrees
 * are skipped: if one map was made from the other, the cost is that of what changed, and the depth of the tree.
 */

import type { Node, SortedMap } from './sorted-map.ts'

/** A key with different values in two maps; `undefined` if one has none. */
export interface Difference<Value> {
  readonly key: string
  readonly before: Value | undefined
  readonly after: Value | undefined
}

/** Returns the differences in the order of keys. Values are the same if they are identical by `Object.is`. */
export function* differences<Value>(
  before: SortedMap<Value>,
  after: SortedMap<Value>,
): Generator<Difference<Value>, undefined> {
  const left = [partOf(before.root)]
  const right = [partOf(after.root)]
  for (;;) {
    const [a, b] = [left.at(-1), right.at(-1)]
    if (a === undefined && b === undefined) return
    if (a?.node !== undefined && a.node === b?.node) {
      left.pop()
      right.pop()
    } else if (heightOf(a) > 0 || heightOf(b) > 0) {
      // Splits and vanished nodes leave the two out of step; taking the taller apart brings them into step again.
      const height = Math.max(heightOf(a), heightOf(b))
      if (heightOf(a) === height) takeApart(left)
      if (heightOf(b) === height) takeApart(right)
    } else {
      const difference = nextDifference(left as Entry<Value>[], right as Entry<Value>[])
      if (difference !== undefined) yield difference
    }
  }
}

/** What is still to be compared of one map, the next part last: nodes, and the entries of an opened leaf. */
type Part<Value> = Subtree<Value> | Entry<Value>

interface Subtree<Value> {
  /** 1 for a leaf. */
  readonly height: number
  readonly node: Node<Value>
}

interface Entry<Value> {
  readonly height: 0
  readonly node?: undefined
  readonly key: string
  readonly value: Value
}

const heightOf = (part: Part<unknown> | undefined): number => part?.height ?? 0

function partOf<Value>(root: Node<Value>): Part<Value> {
  let height = 1
  for (let node = root; 'children' in node; node = node.children[0] as Node<Value>) height += 1
  return { height, node: root }
}

/** Puts the parts of the next subtree in its place. */
function takeApart<Value>(parts: Part<Value>[]): void {
  const { height, node } = parts.pop() as Subtree<Value>
  if ('children' in node) {
    for (const child of node.children.toReversed()) parts.push({ height: height - 1, node: child })
    return
  }
  for (let i = node.keys.length - 1; i >= 0; i--) {
    parts.push({ height: 0, key: node.keys[i] as string, value: node.values[i] as Value })
  }
}

/** Takes the entries of the smaller key off both, of which one at least has one. */
function nextDifference<Value>(
  left: Entry<Value>[],
  right: Entry<Value>[],
): Difference<Value> | undefined {
  const [a, b] = [left.at(-1), right.at(-1)]
  const before = b === undefined || (a !== undefined && a.key <= b.key) ? left.pop() : undefined
  const after = a === undefined || (b !== undefined && b.key <= a.key) ? right.pop() : undefined
  if (before !== undefined && after !== undefined && Object.is(before.value, after.value)) return
  const { key } = (before ?? after) as Entry<Value>
  return { key, before: before?.value, after: after?.value }
}
