/** Keys that were opened before. Each is used only while the database says that its revision is still the same. */

import type { OpenedKey } from 'pocket-hsm'

/** A key that was opened. */
export interface CachedKey {
  readonly revision: number
  readonly opened: OpenedKey
}

/** What a cache holds, and how often it was of use. */
export interface CacheStats {
  readonly keys: number
  /** Their sealed bytes. */
  readonly bytes: number
  /** How often a key that is in the database did not have to be opened. */
  readonly hits: number
  /** How often one had to be. */
  readonly misses: number
}

/** The keys that were used last, up to a number and a total of sealed bytes. */
export interface KeyCache {
  readonly get: (hsm: number, name: string) => CachedKey | undefined
  readonly set: (hsm: number, name: string, key: CachedKey, length: number) => void
  readonly delete: (hsm: number, name: string) => void
  /** Takes note of whether a key that was needed had been opened before. */
  readonly note: (isHit: boolean) => void
  readonly stats: () => CacheStats
}

interface Held extends CachedKey {
  readonly length: number
}

/** Makes an empty cache. */
export function createKeyCache(mostKeys: number, mostBytes: number): KeyCache {
  // A map is in the order of insertion: the first is the one that was not used for longest.
  const held = new Map<string, Held>()
  let bytes = 0
  let hits = 0
  let misses = 0
  const remove = (id: string) => {
    bytes -= held.get(id)?.length ?? 0
    held.delete(id)
  }
  return {
    get: (hsm, name) => {
      const id = `${hsm}/${name}`
      const key = held.get(id)
      if (key === undefined) return undefined
      held.delete(id)
      held.set(id, key)
      return key
    },
    set: (hsm, name, { revision, opened }, length) => {
      const id = `${hsm}/${name}`
      remove(id)
      if (length > mostBytes) return
      held.set(id, { revision, opened, length })
      bytes += length
      for (const oldest of held.keys()) {
        if (held.size <= mostKeys && bytes <= mostBytes) return
        remove(oldest)
      }
    },
    delete: (hsm, name) => remove(`${hsm}/${name}`),
    note: (isHit) => {
      if (isHit) hits += 1
      else misses += 1
    },
    stats: () => ({ keys: held.size, bytes, hits, misses }),
  }
}
