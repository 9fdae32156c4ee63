/** Request identifiers: GUIDs that are the same in every run of a seeded HSM. */

import { deriveRandom, type Hsm } from 'pocket-hsm'

/** Makes the identifiers of requests to a handler's HSMs. */
export interface RequestIds {
  /** For a request that was authorized. Under a seed, repeated requests have different identifiers. */
  readonly next: (method: string, pathname: string, hsm: Hsm) => string
  /** For a request that was not, of which nothing is stored. Under a seed, repeated requests have the same one. */
  readonly ofRefused: (method: string, pathname: string, hsm?: Hsm) => string
}

/** The most requests that are counted for each HSM; the counts of those that were not repeated for longest are dropped. */
const MOST_COUNTS = 10_000

/**
 * Makes the request identifiers of one handler.
 *
 * Under a seed an identifier comes from the method, the path and how often they were requested before, so it does not
 * depend on other requests; without a seed the identifiers count. A count takes the same few bytes whatever the length
 * of the path.
 */
export function createRequestIds(): RequestIds {
  const countsOf = new WeakMap<Hsm, Map<string, number>>()
  let total = 0
  const counted = () => {
    total += 1
    return `00000000-0000-4000-8000-${total.toString(16).padStart(12, '0')}`
  }
  return {
    next: (method, pathname, hsm) => {
      const target = `${method} ${pathname}`
      const digest = deriveRandom(hsm, 'request target', target)
      if (digest === undefined) return counted()
      const counts = countsOf.get(hsm) ?? new Map<string, number>()
      countsOf.set(hsm, counts)
      const before = increment(counts, toGuid(digest(16)))
      const random = deriveRandom(hsm, 'request', target, before)
      return random === undefined ? counted() : toGuid(random(16))
    },
    ofRefused: (method, pathname, hsm) => {
      const random = hsm && deriveRandom(hsm, 'refused request', `${method} ${pathname}`)
      return random === undefined ? counted() : toGuid(random(16))
    },
  }
}

/** Returns the count before this request. A map keeps its keys in the order of insertion, so the first is the oldest. */
function increment(counts: Map<string, number>, key: string): number {
  const before = counts.get(key) ?? 0
  counts.delete(key)
  counts.set(key, before + 1)
  if (counts.size > MOST_COUNTS) {
    const [oldest] = counts.keys()
    counts.delete(oldest as string)
  }
  return before
}

/** Makes a random GUID: RFC 9562 section 5.4. */
function toGuid(random: Uint8Array): string {
  const bytes = Array.from(random)
  bytes[6] = (Number(bytes[6]) & 0x0f) | 0x40
  bytes[8] = (Number(bytes[8]) & 0x3f) | 0x80
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
