/**
 * What is inside a state export: one JSON item for each key, whatever its state, one for each name that was purged,
 * those of the administration, and a first one for the settings. The lists of an HSM are not in it: they follow from its keys.
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
import { parseVersion, serializeVersion, type VersionJson } from '../state/version-json.ts'
import {
  type AdministrationChangeJson,
  serializeAdministration,
  withAdministrationChange,
} from './administration-json.ts'
import { parseKey, serializeKey } from './key-json.ts'

/** The counters of a state that are of no key. */
export interface CountersJson {
  readonly nextSequence: number
  readonly randomDraws: number
}

/** A key as JSON, its private part in the clear. */
export interface EntryJson extends Omit<Entry, 'record'> {
  readonly record: Omit<HsmKeyRecord, 'versions'> & {
    readonly versions: readonly VersionJson<JsonWebKey>[]
  }
}

/** What became of a key, of a name or of a member of the administration: one of the four. */
type ChangeJson =
  | { readonly entry: EntryJson }
  | { readonly gone: string }
  | { readonly purged: string; readonly times: number }
  | AdministrationChangeJson

/** The counters, as both kinds of export begin with. */
export function countersOf({ nextSequence, randomDraws }: HsmState): CountersJson {
  return { nextSequence, randomDraws }
}

/** Prints what two states hold otherwise, key by key: these items hold private keys in the clear. */
export function* serializeChanges(before: HsmState, after: HsmState): Generator<string, undefined> {
  for (const { key, after: entry } of differences(before.keys, after.keys)) {
    yield toText(entry === undefined ? { gone: key } : { entry: serializeEntry(entry) })
  }
  for (const change of serializeAdministration(before, after)) yield toText(change)
  for (const { name, times } of purgeCounts(before, after)) yield toText({ purged: name, times })
}

/** How often names were purged, where two states differ; under a seed only, as it is not counted otherwise. */
export function* purgeCounts(
  before: HsmState,
  after: HsmState,
): Generator<{ readonly name: string; readonly times: number }, undefined> {
  const were = before.incarnations ?? emptyMap<number>()
  const are = after.incarnations ?? emptyMap<number>()
  for (const { key, after: times } of differences(were, are)) yield { name: key, times: times ?? 0 }
}

/** The state after what {@link serializeChanges} json, and with these counters. */
export function withChanges(
  state: HsmState,
  rules: StoreRules,
  items: Iterable<string>,
  { nextSequence, randomDraws }: CountersJson,
): HsmState {
  let next = state
  for (const item of items) next = withChange(next, rules, JSON.parse(item) as ChangeJson)
  return { ...next, nextSequence, randomDraws }
}

function withChange(state: HsmState, rules: StoreRules, change: ChangeJson): HsmState {
  if ('entry' in change) return withEntry(state, rules, parseEntry(change.entry))
  if ('gone' in change) return withoutEntry(state, rules, change.gone)
  if ('member' in change) return withAdministrationChange(state, change)
  const incarnations = state.incarnations ?? emptyMap()
  return { ...state, incarnations: withValue(incarnations, change.purged, change.times) }
}

const toText = (change: ChangeJson): string => JSON.stringify(change)

/** Prints a key. */
export function serializeEntry({ record, ...rest }: Entry): EntryJson {
  const versions = record.versions.map((version) => serializeVersion(version, serializeKey))
  return { ...rest, record: { ...record, versions } }
}

/** Reads what {@link serializeEntry} json. */
export function parseEntry({ record, ...rest }: EntryJson): Entry {
  const versions = record.versions.map((version) => parseVersion(version, parseKey))
  return { ...rest, record: { ...record, versions } }
}
