/** Everything that an HSM holds, as one immutable value: a change makes a new value, a fork shares the same one. */

import type { KeyMaterial } from '@pocket-hsm/crypto'
import { dueAt, type KeyRecord, nextNotice } from '@pocket-hsm/lifecycle'
import type { KeyType, Profile } from '../service/profiles.ts'
import type { Administration } from './administration.ts'
import type { Elsewhere } from './elsewhere.ts'
import {
  emptyMap,
  entriesAfter,
  getValue,
  type SortedMap,
  withoutValue,
  withValue,
} from './sorted-map.ts'

/** The material of one version: its type on the wire, and the key or what is known of one that is elsewhere. */
export type StoredKey = HeldKey | ExternalKey

/** A key that the HSM holds. */
export interface HeldKey {
  readonly kty: KeyType
  readonly key: KeyMaterial
  /** The `n` of an imported RSA key in base64url, where a vault returns its leading zeros as they were sent. */
  readonly sentModulus?: string
  readonly external?: undefined
}

/** A key of an external key manager. */
export interface ExternalKey {
  readonly kty: KeyType
  readonly external: ExternalKeyFacts
  readonly key?: undefined
}

/** What an HSM keeps of a key of an external key manager. */
export interface ExternalKeyFacts {
  readonly id: string
  readonly bits: number
  /** Of RSA: modulus and exponent in base64url. */
  readonly n?: string
  readonly e?: string
}

/** Returns the key of a version that the HSM holds; external ones were refused before. */
export function heldKey({ key }: StoredKey): KeyMaterial {
  if (key !== undefined) return key
  throw new Error('The operation should have refused an external key.')
}

/** A key's record, with this HSM's material. */
export type HsmKeyRecord = KeyRecord<StoredKey>

/** A key in the store. */
export interface Entry {
  readonly record: HsmKeyRecord
  /** The key's position in the order of creation. */
  readonly sequence: number
  /** How many keys of this name were purged before; under a seed, each gets different material. */
  readonly incarnation: number
  /** How many operations on this key have drawn randomness; under a seed, each uses a stream of its own. */
  readonly draws: number
}

/** The store. Keys are found by their upper-cased name: names are case-insensitive. */
export interface HsmState {
  readonly keys: SortedMap<Entry>
  /** Upper-cased names in the order in which the profile lists them. */
  readonly active: SortedMap<string>
  readonly deleted: SortedMap<string>
  /** Upper-cased names by the instant at which time will change them. */
  readonly due: SortedMap<string>
  /** Upper-cased names by the instant at which a notice of expiry is due, for listeners. */
  readonly notices: SortedMap<string>
  readonly nextSequence: number
  /** How many keys of each name were purged; counted under a seed only. */
  readonly incarnations: SortedMap<number> | undefined
  /** How many times `getRandomBytes` has returned bytes. */
  readonly randomDraws: number
  /** Roles, settings, activation, jobs: whatever is of no key. */
  readonly administration: Administration
  /** What is known of the keys that are not here; absent unless the HSM is a partial one. */
  readonly elsewhere?: Elsewhere
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
  administration: {},
}

/** The settings of an HSM that decide the positions of keys in the lists. */
export interface StoreRules {
  readonly profile: Profile
  readonly limits: { readonly versions: number }
}

/** The position of a key in the lists of its profile. */
function listPosition({ profile }: StoreRules, entry: Entry): string {
  return profile.listOrder === 'name' ? nameKey(entry.record.name) : ordered(entry.sequence)
}

/** Returns a name in the form that keys are looked up by. */
export function nameKey(name: string): string {
  return name.toUpperCase()
}

/** Returns the store with the entry in it, and in the lists that its state belongs to. */
export function withEntry(state: HsmState, rules: StoreRules, entry: Entry): HsmState {
  const key = nameKey(entry.record.name)
  return {
    ...state,
    ...movedInLists(state, rules, key, getValue(state.keys, key), entry),
    keys: withValue(state.keys, key, entry),
    nextSequence: Math.max(state.nextSequence, entry.sequence + 1),
  }
}

/** Returns the store without the key. */
export function withoutEntry(state: HsmState, rules: StoreRules, key: string): HsmState {
  const entry = getValue(state.keys, key)
  if (entry === undefined) return state
  const { elsewhere } = state
  return {
    ...state,
    ...movedInLists(state, rules, key, entry, undefined),
    keys: withoutValue(state.keys, key),
    ...(elsewhere && { elsewhere: { ...elsewhere, absent: new Set([...elsewhere.absent, key]) } }),
  }
}

/** Returns the store after a purge; the next key of that name is another incarnation. */
export function purged(state: HsmState, rules: StoreRules, entry: Entry): HsmState {
  const key = nameKey(entry.record.name)
  const without = withoutEntry(state, rules, key)
  if (without.incarnations === undefined) return without
  return {
    ...without,
    incarnations: withValue(without.incarnations, key, entry.incarnation + 1),
  }
}

/** Returns the lists after a key was added, changed or removed. */
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

/** The instants, in Unix seconds, that a key waits for. */
export interface WaitsFor {
  /** When time will change it; `undefined` if it may have no more versions, or nothing is due. */
  readonly dueAt: number | undefined
  /** When there is a notice of an expiry. */
  readonly noticeAt: number | undefined
}

/** Returns what a key waits for. */
export function instantsOf(rules: StoreRules, { record }: Entry): WaitsFor {
  return { dueAt: changesAt(rules, record), noticeAt: nextNotice(record)?.at }
}

function changesAt({ limits }: StoreRules, record: HsmKeyRecord): number | undefined {
  const isFull = record.state === 'active' && record.versions.length >= limits.versions
  return isFull ? undefined : dueAt(record)
}

/** The position of a key among those that time will change. */
function duePosition(rules: StoreRules, { record }: Entry): string | undefined {
  const due = changesAt(rules, record)
  return due === undefined ? undefined : `${ordered(due)} ${nameKey(record.name)}`
}

/** The position of a key among those with a notice of expiry to come. */
function noticePosition(_: StoreRules, { record }: Entry): string | undefined {
  const notice = nextNotice(record)
  return notice && `${ordered(notice.at)} ${nameKey(record.name)}`
}

/** Returns when the next change falls due, in Unix seconds; with listeners, also the next notice. */
export function nextDueAt(state: HsmState, hasListeners: boolean): number | undefined {
  const instants = [state.due, ...(hasListeners ? [state.notices] : [])].flatMap(firstInstant)
  return instants.length === 0 ? undefined : Math.min(...instants)
}

/** The instant of an index's first entry, as a list of one; an empty list if the index is empty. */
function firstInstant(index: SortedMap<string>): readonly number[] {
  for (const [position] of entriesAfter(index)) return [numberOf(position)]
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

/** The number of digits of the largest number. */
const DIGITS = 16

/** Writes a number with leading zeros, so that text order is number order. */
function ordered(number: number): string {
  return String(number).padStart(DIGITS, '0')
}

/** Reads the number that a position begins with. */
export function numberOf(position: string): number {
  return Number(position.slice(0, DIGITS))
}
