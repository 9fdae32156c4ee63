/**
 * An immutable map in the order of its keys: a B+ tree whose changed copies share all but one path.
 * A copy costs nothing, so that a whole HSM can be forked at once; a change costs the depth of the tree.
 *
 * @see Bayer and McCreight, "Organization and Maintenance of Large Ordered Indexes" (1972)
 */

/** The most entries of a node: wide enough for four levels to hold a million. */
const WIDTH = 32

interface Leaf<Value> {
  readonly keys: readonly string[]
  readonly values: readonly Value[]
}

interface Branch<Value> {
  /** The smallest key that ever stood under each child. */
  readonly keys: readonly string[]
  readonly children: readonly Node<Value>[]
}

/** A node of the tree. All leaves have the same depth. */
export type Node<Value> = Leaf<Value> | Branch<Value>

/** The map. Change it only through the functions of this file. */
export interface SortedMap<Value> {
  readonly size: number
  readonly root: Node<Value>
}

const EMPTY: SortedMap<never> = { size: 0, root: { keys: [], values: [] } }

/** A map with nothing in it. */
export function emptyMap<Value>(): SortedMap<Value> {
  return EMPTY
}

/** The value under a key, or `undefined`. */
export function getValue<Value>(map: SortedMap<Value>, key: string): Value | undefined {
  let node = map.root
  while ('children' in node) node = node.children[childIndex(node, key)] as Node<Value>
  const index = firstAtLeast(node.keys, key)
  return node.keys[index] === key ? node.values[index] : undefined
}

/** A copy with the value under the key, in place of any before it. */
export function withValue<Value>(
  map: SortedMap<Value>,
  key: string,
  value: Value,
): SortedMap<Value> {
  const size = getValue(map, key) === undefined ? map.size + 1 : map.size
  const [left, right] = inserted(map.root, key, value)
  if (right === undefined) return { size, root: left }
  return { size, root: { keys: [smallest(left), smallest(right)], children: [left, right] } }
}

/** Returns a copy without the key, or the map itself if it has no such key. */
export function withoutValue<Value>(map: SortedMap<Value>, key: string): SortedMap<Value> {
  let root = removed(map.root, key)
  if (root === map.root) return map
  while (root !== undefined && 'children' in root && root.children.length === 1) {
    root = root.children[0]
  }
  return { size: map.size - 1, root: root ?? EMPTY.root }
}

/** The entries whose keys come after `after`, or all of them, in order; walks no further than it is asked. */
export function* entriesAfter<Value>(
  map: SortedMap<Value>,
  after?: string,
): Generator<readonly [string, Value], undefined> {
  yield* walk(map.root, after)
}

function* walk<Value>(
  node: Node<Value>,
  after: string | undefined,
): Generator<readonly [string, Value], undefined> {
  if ('children' in node) {
    const first = after === undefined ? 0 : childIndex(node, after)
    for (const child of node.children.slice(first)) yield* walk(child, after)
    return
  }
  for (const [index, key] of node.keys.entries()) {
    if (after === undefined || key > after) yield [key, node.values[index] as Value]
  }
}

/** Returns the node with the entry in it, split in two if it grew too wide. */
function inserted<Value>(
  node: Node<Value>,
  key: string,
  value: Value,
): readonly [Node<Value>, Node<Value>?] {
  if (!('children' in node)) return insertedInLeaf(node, key, value)
  const index = childIndex(node, key)
  const [left, right] = inserted(node.children[index] as Node<Value>, key, value)
  // The arrays that stay as they are, as most do, are shared with the node before.
  const first = smallest(left)
  const keysBefore = first === node.keys[index] ? node.keys : node.keys.with(index, first)
  const childrenBefore = node.children.with(index, left)
  if (right === undefined) return [{ keys: keysBefore, children: childrenBefore }]
  const keys = keysBefore.toSpliced(index + 1, 0, smallest(right))
  const children = childrenBefore.toSpliced(index + 1, 0, right)
  if (children.length <= WIDTH) return [{ keys, children }]
  const half = splitAt(children.length, index + 1)
  return [
    { keys: keys.slice(0, half), children: children.slice(0, half) },
    { keys: keys.slice(half), children: children.slice(half) },
  ]
}

function insertedInLeaf<Value>(
  leaf: Leaf<Value>,
  key: string,
  value: Value,
): readonly [Node<Value>, Node<Value>?] {
  const index = firstAtLeast(leaf.keys, key)
  if (leaf.keys[index] === key) {
    return [{ keys: leaf.keys, values: leaf.values.with(index, value) }]
  }
  const keys = leaf.keys.toSpliced(index, 0, key)
  const values = leaf.values.toSpliced(index, 0, value)
  if (keys.length <= WIDTH) return [{ keys, values }]
  const half = splitAt(keys.length, index)
  return [
    { keys: keys.slice(0, half), values: values.slice(0, half) },
    { keys: keys.slice(half), values: values.slice(half) },
  ]
}

/** Where to split a node: keys that only grow leave full nodes behind them when it is at the end, not in the middle. */
function splitAt(length: number, changed: number): number {
  return changed === length - 1 ? length - 1 : length >> 1
}

/**
 * Returns the node without the entry: itself if it has none, `undefined` if it was the last.
 * Thin nodes stay: order and depth are unharmed.
 */
function removed<Value>(node: Node<Value>, key: string): Node<Value> | undefined {
  if (!('children' in node)) {
    const index = firstAtLeast(node.keys, key)
    if (node.keys[index] !== key) return node
    if (node.keys.length === 1) return undefined
    return { keys: node.keys.toSpliced(index, 1), values: node.values.toSpliced(index, 1) }
  }
  const index = childIndex(node, key)
  const before = node.children[index] as Node<Value>
  const child = removed(before, key)
  if (child === before) return node
  if (child !== undefined) return { keys: node.keys, children: node.children.with(index, child) }
  if (node.children.length === 1) return undefined
  return { keys: node.keys.toSpliced(index, 1), children: node.children.toSpliced(index, 1) }
}

function smallest(node: Node<unknown>): string {
  return node.keys[0] as string
}

/** Returns the index of the child that a key belongs to. */
function childIndex(branch: Branch<unknown>, key: string): number {
  const index = firstAtLeast(branch.keys, key)
  return branch.keys[index] === key ? index : Math.max(0, index - 1)
}

/** Binary search: the first position whose key is not smaller. */
function firstAtLeast(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}
