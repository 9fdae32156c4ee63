/** Applies changes that have fallen due: to one key when it is read, to all due keys before a list. */

import {
  applyTime,
  currentVersion,
  type Deletion,
  type MakeVersion,
  rotatedVersion,
} from '@pocket-hsm/lifecycle'
import type { HsmOperation } from '../audit/audit-entry.ts'
import { appendEntry } from '../audit/audit-trail.ts'
import { type KeyChange, type KeyChangeType, sortChanges } from '../events/key-change.ts'
import { newVersionId, type PlannedKey, specOf } from '../keys/planned-version.ts'
import { countKeys, dueKeys, findEntry } from '../state/find-keys.ts'
import {
  type Entry,
  type HsmKeyRecord,
  nameKey,
  purged,
  type StoredKey,
  withEntry,
} from '../state/hsm-state.ts'
import { getValue } from '../state/sorted-map.ts'
import { type CallContext, readInstant } from './audit-context.ts'
import { hasListeners, queueEvents } from './emit-events.ts'
import type { Engine } from './hsm.ts'
import { newMaterial } from './new-material.ts'

/**
 * Applies what has fallen due to one key: purge and rotations. These changes stay if the call that read the key fails.
 *
 * @returns The key's entry, if it still exists, and the present in Unix seconds.
 */
export function applyDueChanges(
  context: CallContext,
  key: string,
): { readonly entry: Entry | undefined; readonly now: number } {
  const { engine } = context
  const now = nowSeconds(context)
  // At the limit, keys that are due for purge must not count.
  if (countKeys(engine.state) >= engine.limits.keys) applyAllDueChanges(context)
  const { state } = engine
  const entry = findEntry(state, key)
  const changes = applyToKey(engine, entry, now, { notices: hasListeners(engine), rotates: true })
  recordChanges(engine, changes)
  // With very many keys, a read costs as much as its look-ups: one, if nothing has changed.
  return { entry: engine.state === state ? entry : getValue(engine.state.keys, key), now }
}

/**
 * Applies what has fallen due to every key. The cost depends on the number of due keys only.
 *
 * @param notices - Whether notices of expiry are due as well; each is due once.
 */
export function applyAllDueChanges(
  context: CallContext,
  notices: boolean = hasListeners(context.engine),
): void {
  const { engine } = context
  const now = nowSeconds(context)
  const { state } = engine
  const keys = new Set([
    ...dueKeys(state, 'due', now),
    ...(notices ? dueKeys(state, 'notices', now) : []),
  ])
  const changes: KeyChange[] = []
  try {
    for (const key of keys) {
      const entry = getValue(engine.state.keys, key)
      changes.push(...applyToKey(engine, entry, now, { notices, rotates: true }))
    }
  } finally {
    recordChanges(engine, changes)
  }
}

/** Emits the notices of a key that are due after a call has changed it. */
export function emitDueNotices(engine: Engine, key: string, now: number): void {
  const entry = getValue(engine.state.keys, key)
  recordChanges(engine, applyToKey(engine, entry, now, { notices: true, rotates: false }))
}

const nowSeconds = (context: CallContext): number => wholeSeconds(readInstant(context))

/** Returns what a checked clock has returned, in whole Unix seconds. */
export const wholeSeconds = (at: number): number => Math.floor(at / 1000)

/** Applies what has fallen due to a key; returns the changes, in order. */
function applyToKey(
  engine: Engine,
  entry: Entry | undefined,
  now: number,
  { notices, rotates }: { readonly notices: boolean; readonly rotates: boolean },
): readonly KeyChange[] {
  if (entry === undefined) return []
  const { record, incarnation } = entry
  const { name } = record
  const changes: KeyChange[] = []
  const next = applyTime(
    record,
    now,
    rotates ? versionMaker(engine, entry, changes) : undefined,
    notices
      ? ({ type, at }, noticed) => {
          const { version, attributes } = currentVersion(noticed)
          changes.push({ type, at, name, incarnation, version, attributes })
        }
      : undefined,
  )
  if (next === record) return []
  if (next !== undefined) {
    engine.state = withEntry(engine.state, engine, { ...entry, record: next })
    return changes
  }
  engine.state = purged(engine.state, engine, entry)
  // The call that purged it was recorded then.
  if (record.state === 'purging') return []
  const at = (record.deletion as Deletion).scheduledPurgeDate
  return [{ type: 'purged', at, name, incarnation, version: undefined, attributes: {} }]
}

/** Writes changes that time has made into the audit trail, and queues their events. */
function recordChanges(engine: Engine, changes: readonly KeyChange[]): void {
  if (changes.length === 0) return
  for (const { type, at, name: key, version } of sortChanges(changes)) {
    const operation = OPERATION_OF[type]
    if (operation === undefined) continue
    const byTime = {
      alg: undefined,
      external: undefined,
      scope: undefined,
      caller: undefined,
      principals: undefined,
      outcome: 'success',
    } as const
    appendEntry(engine.trail, { ...byTime, at: at * 1000, operation, key, version }, true)
  }
  queueEvents(engine, changes)
}

/** The operation that the audit trail names for a change by time; a notice is no operation. */
const OPERATION_OF: Readonly<Partial<Record<KeyChangeType, HsmOperation>>> = {
  newVersion: 'rotateKey',
  purged: 'purgeDeletedKey',
}

/** Returns the versions that due rotations will make of a key, or of every due key; applies nothing. */
export function dueVersions(context: CallContext, name: string | undefined): readonly PlannedKey[] {
  const { engine } = context
  const { state } = engine
  const now = nowSeconds(context)
  const isOfAll =
    name === undefined || hasListeners(engine) || countKeys(state) >= engine.limits.keys
  const names = isOfAll ? [...dueKeys(state, 'due', now)] : [nameKey(name)]
  return names.flatMap((key) => {
    const planned: PlannedKey[] = []
    const entry = findEntry(state, key)
    applyTime(entry?.record, now, (record, at) => {
      const next = plannedVersion(engine, record, entry?.incarnation ?? 0)
      if (next === undefined) return undefined
      planned.push(next)
      // A placeholder for the version to come: of the same kind, and discarded.
      const { material } = currentVersion(record)
      return { ...rotatedVersion(record, at), version: String(next.place.ordinal), material }
    })
    return planned
  })
}

/** What a rotation makes of a key that may have another version. */
function plannedVersion(
  { limits }: Engine,
  record: HsmKeyRecord,
  incarnation: number,
): PlannedKey | undefined {
  const ordinal = record.versions.length
  const { kty, key } = currentVersion(record).material
  // An external key has no rotation policy.
  if (key === undefined || ordinal >= limits.versions) return undefined
  return { place: { name: record.name, incarnation, ordinal }, kty, spec: specOf(key) }
}

/** Returns a function that makes the versions of due rotations, until the key has as many as it may. */
function versionMaker(
  engine: Engine,
  { incarnation }: Entry,
  changes: KeyChange[],
): MakeVersion<StoredKey> {
  return (record, at) => {
    const planned = plannedVersion(engine, record, incarnation)
    if (planned === undefined) return undefined
    const { place, kty, spec } = planned
    const version = newVersionId(engine, place)
    const rotated = rotatedVersion(record, at)
    const { name, attributes } = rotated
    const material = newMaterial(engine, place, kty, spec)
    changes.push({ type: 'newVersion', at, name, incarnation, version, attributes })
    return { ...rotated, version, material }
  }
}
