/** DER as a tree that tests change and write again. */

import { concatBytes } from '@noble/hashes/utils.js'
import { readDer, readElements, TAG } from '../../src/encoding/read-der.ts'
import { writeElement } from '../../src/encoding/write-der.ts'

/** An element: `children` where it is constructed, or a string that wraps another element. */
export interface DerTree {
  readonly tag: number
  readonly content: Uint8Array
  /** Bytes before the children: the count of unused bits of a BIT STRING. */
  readonly prefix: Uint8Array
  readonly children: readonly DerTree[] | undefined
}

/**
 * Parses DER to its leaves.
 *
 * @param opensStrings - Whether an OCTET STRING or BIT STRING that holds a SEQUENCE is opened as well.
 */
export function parseTree(der: Uint8Array, opensStrings: boolean): DerTree {
  return treeOf(readDer(der, 'the sample'), opensStrings)
}

/** Writes a tree. */
export function writeTree({ tag, content, prefix, children }: DerTree): Uint8Array {
  if (children === undefined) return writeElement(tag, content)
  return writeElement(tag, concatBytes(prefix, ...children.map(writeTree)))
}

/** Lists the places of all elements below the root: the indices that lead there. */
export function placesIn(
  tree: DerTree,
  path: readonly number[] = [],
): readonly (readonly number[])[] {
  const below = (tree.children ?? []).flatMap((child, i) => placesIn(child, [...path, i]))
  return [path, ...below]
}

/** Returns the element at a place. */
export function elementIn(tree: DerTree, [index, ...rest]: readonly number[]): DerTree {
  if (index === undefined) return tree
  const child = tree.children?.[index]
  if (child === undefined) throw new Error('There is no such place.')
  return elementIn(child, rest)
}

/** Returns a tree in which the element at a place is written by `write`. */
export function writeWith(
  tree: DerTree,
  [index, ...rest]: readonly number[],
  write: (element: DerTree) => Uint8Array,
): Uint8Array {
  if (index === undefined) return write(tree)
  const children = (tree.children ?? []).map((child, i) =>
    i === index ? writeWith(child, rest, write) : writeTree(child),
  )
  return writeElement(tree.tag, concatBytes(tree.prefix, ...children))
}

function treeOf(
  { tag, content }: { tag: number; content: Uint8Array },
  opensStrings: boolean,
): DerTree {
  const isConstructed = (tag & 0x20) !== 0
  const prefix = tag === TAG.bitString ? content.slice(0, 1) : new Uint8Array()
  const inside = content.subarray(prefix.length)
  const isString = tag === TAG.octetString || tag === TAG.bitString
  const isOpened = isConstructed || (opensStrings && isString && inside[0] === TAG.sequence)
  const children = isOpened
    ? readElements(inside, 'the sample').map((element) => treeOf(element, opensStrings))
    : undefined
  return { tag, content, prefix, children }
}
