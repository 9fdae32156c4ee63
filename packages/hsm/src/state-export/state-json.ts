/**
 * What is inside a state export: one JSON item for each key, whatever its state, one for each name that was purged,
 * and a first one for what is not of any key. The lists of an HSM are not in it: they follow from its keys.
 */

import type { JsonWebKey } from '@pocket-hsm/crypto'
import {
  type Entry,
  type HsmKeyRecord,
  type HsmState,
  type StoreRules,
  withEntry,
  withoutEntry,
} from '../state/hsm-state.ts'
import { emptyMap, withValue } from '../state/sorted-map.ts'
import { differences } from '../state/sorted-map-difference.ts'
import { type PrintedVersion, parseVersion, printVersion } from '../state/version-json.ts'
import { parseKey, printKey } from './key-json.ts'

/** The counters of a state that are of no key. */
export interface PrintedCounters {
  readonly nextSequence: number
  readonly randomDraws: number
}

interface PrintedEntry extends Omit<Entry, 'record'> {
  readonly record: Omit<HsmKeyRecord, 'versions'> & {
    readonly versions: readonly PrintedVersion<JsonWebKey>[]
  }
}

/** What became of a key or of a name: one of the three. */
type PrintedChange =
  | { readonly entry: PrintedEntry }
  | { readonly gone: string }
  | { readonly purged: string; readonly times: number }

/** The counters, as both kinds of export begin with. */
export function countersOf({ nextSequence, randomDraws }: HsmState): PrintedCounters {
  return { nextSequence, randomDraws }
}

/** Prints what two states hold otherwise, key by key: these items hold private keys in the clear. */
export function* printChanges(before: HsmState, after: HsmState): Generator<string, undefined> {
  for (const { key, after: entry } of differences(before.keys, after.keys)) {
    yield printed(entry === undefined ? { gone: key } : { entry: printEntry(entry) })
  }
  const [were, are] = [before, after].map(({ incarnations }) => incarnations ?? emptyMap<number>())
  if (were === undefined || are === undefined) return
  for (const { key, after: times } of differences(were, are)) {
    yield printed({ purged: key, times: times ?? 0 })
  }
}

/** The state after what {@link printChanges} printed, and with these counters. */
export function withChanges(
  state: HsmState,
  rules: StoreRules,
  items: Iterable<string>,
  { nextSequence, randomDraws }: PrintedCounters,
): HsmState {
  let next = state
  for (const item of items) next = withChange(next, rules, JSON.parse(item) as PrintedChange)
  return { ...next, nextSequence, randomDraws }
}

function withChange(state: HsmState, rules: StoreRules, change: PrintedChange): HsmState {
  if ('entry' in change) return withEntry(state, rules, parseEntry(change.entry))
  if ('gone' in change) return withoutEntry(state, rules, change.gone)
  const incarnations = state.incarnations ?? emptyMap()
  return { ...state, incarnations: withValue(incarnations, change.purged, change.times) }
}

const printed = (change: PrintedChange): string => JSON.stringify(change)

function printEntry({ record, ...rest }: Entry): PrintedEntry {
  const versions = record.versions.map((version) => printVersion(version, printKey))
  return { ...rest, record: { ...record, versions } }
}

function parseEntry({ record, ...rest }: PrintedEntry): Entry {
  const versions = record.versions.map((version) => parseVersion(version, parseKey))
  return { ...rest, record: { ...record, versions } }
}
