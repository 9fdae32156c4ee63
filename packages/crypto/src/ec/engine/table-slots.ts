/** Which public keys have a table in a kernel's memory: a fixed number of slots, reused by the least recently used. */

/** The slots of one kernel. */
export interface TableSlots {
  /**
   * Finds the slot of a key, or gives it one.
   *
   * @param key - The object that identifies the key. It is not kept: with the object its claim to the slot is gone.
   * @param fill - Fills a slot, whose content is lost; returns whether the key is fit for use.
   * @returns The number of the slot; `undefined` where `fill` returned `false`.
   */
  readonly find: (key: object, fill: (slot: number) => boolean) => number | undefined
}

/** A key's claim to a slot: valid as long as the slot points back to it. */
interface Claim {
  readonly slot: number
  lastUse: number
}

/** Makes slots, numbered from 0, that belong to no key. */
export function createTableSlots(count: number): TableSlots {
  const claims = new WeakMap<object, Claim>()
  const current = new Array<Claim | undefined>(count).fill(undefined)
  let uses = 0
  return {
    find(key, fill) {
      const known = claims.get(key)
      if (known !== undefined && current[known.slot] === known) {
        known.lastUse = ++uses
        return known.slot
      }
      const slot = leastRecentlyUsed(current)
      current[slot] = undefined
      if (!fill(slot)) return undefined
      const claim = { slot, lastUse: ++uses }
      current[slot] = claim
      claims.set(key, claim)
      return slot
    },
  }
}

/** An empty slot, if there is one. */
function leastRecentlyUsed(current: readonly (Claim | undefined)[]): number {
  let best = 0
  for (const [slot, claim] of current.entries()) {
    if (claim === undefined) return slot
    if (claim.lastUse < (current[best]?.lastUse ?? 0)) best = slot
  }
  return best
}
