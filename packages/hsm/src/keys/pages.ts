/** Reading a list page by page: the cost of a page depends on its own length only. */

import { bytesToUtf8, fromBase64url, toBase64url, utf8ToBytes } from '@pocket-hsm/crypto'
import { badParameter, printable } from '../hsm-error.ts'

/** Which page to read. */
export interface PageParameters {
  /** The most items on the page: 1 to 25. Defaults to 25. More counts as 25, or is an error if the HSM is strict. */
  readonly maxResults?: number | undefined
  /** `nextMarker` of the previous page. Defaults to the first page. */
  readonly marker?: string | undefined
}

/** One page of a list. */
export interface Page<Item> {
  readonly value: readonly Item[]
  /** Present while something remains: what to ask the next page with. */
  readonly nextMarker?: string
}

const LONGEST_PAGE = 25

/** Reads the page of a list that `entriesAfter` walks by position: at most `count` entries, one more than the page has. */
export function readPage<Value, Item>(
  page: PageParameters,
  strict: boolean,
  entriesAfter: (position: string | undefined, count: number) => Iterable<readonly [string, Value]>,
  toItem: (value: Value) => Item,
): Page<Item> {
  const length = parseMaxResults(page?.maxResults, strict)
  const value: Item[] = []
  let last = ''
  for (const [position, entry] of entriesAfter(parseMarker(page?.marker), length + 1)) {
    if (value.length === length) return { value, nextMarker: toBase64url(utf8ToBytes(last)) }
    value.push(toItem(entry))
    last = position
  }
  return { value }
}

function parseMaxResults(maxResults: number | undefined, strict: boolean): number {
  if (maxResults === undefined || maxResults === null) return LONGEST_PAGE
  const most = strict ? LONGEST_PAGE : Number.POSITIVE_INFINITY
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > most) {
    throw badParameter(
      `maxresults must be a whole number from 1 to 25, not ${printable(maxResults)}.`,
    )
  }
  return Math.min(maxResults, LONGEST_PAGE)
}

function parseMarker(marker: string | undefined): string | undefined {
  if (marker === undefined || marker === null) return undefined
  try {
    const position = bytesToUtf8(fromBase64url(marker))
    if (POSITION.test(position)) return position
  } catch {}
  throw badParameter('The marker is not one that a page gave.')
}

/** What lists are in the order of: names, versions or numbers. */
const POSITION = /^[0-9a-zA-Z-]+$/
