// Knows: which folders of a package import each other in a ring.

import { posix } from 'node:path'

const INSIDE = /^(packages\/[^/]+\/src)\/(.+)$/

/**
 * Finds the imports between the folders of one package that belong to a ring of folders.
 *
 * Each folder that holds files is a node; a file that lies directly in `src` is a node of its own, so that a shared file
 * and the index may both lie there.
 *
 * @param {readonly { source: string, dependencies: readonly { resolved: string }[] }[]} modules What
 *   dependency-cruiser found, with paths from the root of the tree.
 * @returns {string[]} Each ring as `a -> b -> a (file -> file)`, by the shortest way round, one for each folder it starts in.
 */
export function folderCycles(modules) {
  const edges = new Map()
  for (const { source, dependencies } of modules) {
    for (const { resolved } of dependencies) addEdge(edges, source, resolved)
  }
  return [...edges].flatMap(([from, targets]) =>
    [...targets].flatMap(([to, example]) => {
      const way = shortestWay(edges, to, from)
      return way === undefined ? [] : [`${[from, ...way].join(' -> ')} (${example})`]
    }),
  )
}

function addEdge(edges, source, target) {
  const [from, to] = [nodeOf(source), nodeOf(target)]
  if (from === undefined || to === undefined || from.node === to.node || from.src !== to.src) return
  const targets = edges.get(from.node) ?? new Map()
  if (!targets.has(to.node)) targets.set(to.node, `${source} -> ${target}`)
  edges.set(from.node, targets)
}

function nodeOf(path) {
  const [, src, rest] = INSIDE.exec(path) ?? []
  if (src === undefined) return undefined
  const folder = posix.dirname(rest)
  return { src, node: `${src}/${folder === '.' ? rest : folder}` }
}

/** Breadth first: the nodes from one to another, both ends included. */
function shortestWay(edges, from, to) {
  const before = new Map([[from, undefined]])
  for (const node of before.keys()) {
    if (node === to) return wayBack(before, to)
    for (const next of edges.get(node)?.keys() ?? []) if (!before.has(next)) before.set(next, node)
  }
  return undefined
}

function wayBack(before, to) {
  const way = []
  for (let node = to; node !== undefined; node = before.get(node)) way.unshift(node)
  return way
}
