/** Finding keys in a state. In one that holds everything, these functions only look; in a partial one, they tell what is missing. */

import { HsmError } from '../hsm-error.ts'
import type { Elsewhere, ListName, LoadedPage, MissingPart } from './elsewhere.ts'
import { dueBy, type Entry, type HsmState, numberOf, type StoreRules } from './hsm-state.ts'
import { entriesAfter, getValue, type SortedMap } from './sorted-map.ts'

/** Returns the entry of a name, upper-cased. */
export function findEntry(state: HsmState, key: string): Entry | undefined {
  const entry = getValue(state.keys, key)
  if (entry !== undefined || state.elsewhere === undefined) return entry
  const { absent } = state.elsewhere
  return absent.has(key) ? undefined : missing(state.elsewhere, { kind: 'key', name: key })
}

/** Returns how many keys there are, in every state. */
export function countKeys({ keys, elsewhere }: HsmState): number {
  return elsewhere === undefined ? keys.size : keys.size + elsewhere.keys
}

/** The names of the keys in an index by instants up to this one, in their order. */
export function dueKeys(state: HsmState, index: 'due' | 'notices', now: number): Iterable<string> {
  const { elsewhere } = state
  if (elsewhere !== undefined && now > elsewhere.dueUntil) {
    return missing(elsewhere, { kind: 'due', until: now })
  }
  return dueBy(state[index], now)
}

/** The names in a list after a position; the caller reads at most `count` of them. */
export function namesAfter(
  state: HsmState,
  { profile }: StoreRules,
  list: ListName,
  position: string | undefined,
  count: number,
): Iterable<readonly [string, string]> {
  const { elsewhere } = state
  if (elsewhere !== undefined) {
    const order = profile.listOrder === 'name' ? 'name' : 'creation'
    const after = position !== undefined && order === 'creation' ? numberOf(position) : position
    const wanted = { list, ...(after !== undefined && { after }), count }
    if (!isWithin(elsewhere.page, wanted)) {
      return missing(elsewhere, { kind: 'page', order, ...wanted })
    }
  }
  return entriesAfter(state[list], position)
}

function isWithin(page: LoadedPage | undefined, { list, after, count }: LoadedPage): boolean {
  return page?.list === list && page.after === after && page.count >= count
}

/** The keys, if all are here. */
export function allKeys({ keys, elsewhere }: HsmState): SortedMap<Entry> {
  return elsewhere === undefined ? keys : missing(elsewhere, { kind: 'all' })
}

/** Notes what is missing for the caller that made the partial HSM, whatever becomes of the error. */
function missing(elsewhere: Elsewhere, part: MissingPart): never {
  elsewhere.missing.push(part)
  throw new HsmError({
    status: 503,
    code: 'PartNotLoaded',
    message:
      'The HSM is a partial one, and does not hold what the operation needs: see missingParts.',
  })
}
