/** Everything that an HSM holds, as one immutable value: a change is a new value, a fork is the same one. */

import type { KeyMaterial } from '@pocket-hsm/crypto'
import { dueAt, type KeyRecord, nextNotice } from '@pocket-hsm/lifecycle'
import type { KeyType, Profile } from '../service/profiles.ts'
import {
  emptyMap,
  entriesAfter,
  getValue,
  type SortedMap,
  withoutValue,
  withValue,
} from './sorted-map.ts'

/** The material of one version: its type on the wire and the key. */
export interface StoredKey {
  readonly kty: KeyType
  readonly key: KeyMaterial
}

/** A key's record as this HSM knows it. */
export type HsmKeyRecord = KeyRecord<StoredKey>

/** A key in the store. */
export interface Entry {
  readonly record: HsmKeyRecord
  /** Where the key stands in the order of creation. */
  readonly sequence: number
  /** How many keys of this name were purged before it; with a seed, each has material of its own. */
  readonly incarnation: number
  /** How many operations on this key drew randomness; with a seed, each has a stream of its own. */
  readonly draws: number
}

/** The store. Keys are found by upper-cased name, as names are compared without regard to case. */
export interface HsmState {
  readonly keys: SortedMap<Entry>
  /** Upper-cased names in the order in which the profile lists them. */
  readonly active: SortedMap<string>
  readonly deleted: SortedMap<string>
  /** Upper-cased names by the instant at which time will change them. */
  readonly due: SortedMap<string>
  /** Upper-cased names by the instant at which there will be something to tell of them, for who listens. */
  readonly notices: SortedMap<string>
  readonly nextSequence: number
  /** How many keys of each name were purged; counted only where a seed asks for it. */
  readonly incarnations: SortedMap<number> | undefined
  /** How many times random bytes were handed out. */
  readonly randomDraws: number
}

/** A store with no keys. */
export const EMPTY_STATE: HsmState = {
  keys: emptyMap(),
  active: emptyMap(),
  deleted: emptyMap(),
  due: emptyMap(),
  notices: emptyMap(),
  nextSequence: 0,
  incarnations: undefined,
  randomDraws: 0,
}

/** What of an HSM's settings decides where a key stands in the store. */
export interface StoreRules {
  readonly profile: Profile
  readonly limits: { readonly versions: number }
}

/** Where a key stands in a list of its profile. */
function listPosition({ profile }: StoreRules, entry: Entry): string {
  return profile.listOrder === 'name' ? nameKey(entry.record.name) : ordered(entry.sequence)
}

/** The name as it is looked up. */
export function nameKey(name: string): string {
  return name.toUpperCase()
}

/** The store with the entry in it, and in the lists where its state belongs. */
export function withEntry(state: HsmState, rules: StoreRules, entry: Entry): HsmState {
  const key = nameKey(entry.record.name)
  return {
    ...state,
    ...movedInLists(state, rules, key, getValue(state.keys, key), entry),
    keys: withValue(state.keys, key, entry),
    nextSequence: Math.max(state.nextSequence, entry.sequence + 1),
  }
}

/** The store without the key. */
export function withoutEntry(state: HsmState, rules: StoreRules, key: string): HsmState {
  const entry = getValue(state.keys, key)
  if (entry === undefined) return state
  return {
    ...state,
    ...movedInLists(state, rules, key, entry, undefined),
    keys: withoutValue(state.keys, key),
  }
}

/** The store after a key was purged; the next key of that name is another incarnation. */
export function purged(state: HsmState, rules: StoreRules, entry: Entry): HsmState {
  const key = nameKey(entry.record.name)
  const without = withoutEntry(state, rules, key)
  if (without.incarnations === undefined) return without
  return {
    ...without,
    incarnations: withValue(without.incarnations, key, entry.incarnation + 1),
  }
}

/** The lists after a key has changed, appeared or gone. */
function movedInLists(
  state: HsmState,
  rules: StoreRules,
  key: string,
  before: Entry | undefined,
  after: Entry | undefined,
): Pick<HsmState, 'active' | 'deleted' | 'due' | 'notices'> {
  const moved = (
    list: SortedMap<string>,
    position: (rules: StoreRules, entry: Entry) => string | undefined,
  ) => {
    const from = before && position(rules, before)
    const to = after && position(rules, after)
    if (from === to) return list
    const without = from === undefined ? list : withoutValue(list, from)
    return to === undefined ? without : withValue(without, to, key)
  }
  return {
    active: moved(state.active, activePosition),
    deleted: moved(state.deleted, deletedPosition),
    due: moved(state.due, duePosition),
    notices: moved(state.notices, noticePosition),
  }
}

function activePosition(rules: StoreRules, entry: Entry): string | undefined {
  return entry.record.state === 'active' ? listPosition(rules, entry) : undefined
}

function deletedPosition(rules: StoreRules, entry: Entry): string | undefined {
  return entry.record.state === 'deleted' ? listPosition(rules, entry) : undefined
}

/** Where a key stands among those that time will change: nowhere where it may have no more versions. */
function duePosition({ limits }: StoreRules, { record }: Entry): string | undefined {
  const isFull = record.state === 'active' && record.versions.length >= limits.versions
  const due = isFull ? undefined : dueAt(record)
  return due === undefined ? undefined : `${ordered(due)} ${nameKey(record.name)}`
}

/** Where a key stands among those of which there will be something to tell. */
function noticePosition(_: StoreRules, { record }: Entry): string | undefined {
  const notice = nextNotice(record)
  return notice && `${ordered(notice.at)} ${nameKey(record.name)}`
}

/** When something falls due next, in Unix seconds: what changes a key, and for who listens what there is to tell. */
export function nextDueAt(state: HsmState, hasListeners: boolean): number | undefined {
  const instants = [state.due, ...(hasListeners ? [state.notices] : [])].flatMap(firstInstant)
  return instants.length === 0 ? undefined : Math.min(...instants)
}

/** The instant of an index's first entry, in a list of one; of nothing, where it is empty. */
function firstInstant(index: SortedMap<string>): readonly number[] {
  for (const [position] of entriesAfter(index)) return [Number(position.slice(0, DIGITS))]
  return []
}

/** The names of the keys in an index by instants up to this one, in their order: see {@link HsmState}. */
export function* dueBy(index: SortedMap<string>, now: number): Generator<string, undefined> {
  const end = ordered(now + 1)
  for (const [position, key] of entriesAfter(index)) {
    if (position >= end) return
    yield key
  }
}

/** As many as the largest number has. */
const DIGITS = 16

/** A number in as many digits as the largest, so that text order is number order. */
function ordered(number: number): string {
  return String(number).padStart(DIGITS, '0')
}
