/** Applying what has fallen due: to one key when it is read, to all that are due before a list. */

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
import { badParameter, printable } from '../hsm-error.ts'
import { newVersionId, type PlannedKey, specOf } from '../keys/planned-version.ts'
import {
  dueBy,
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
 * Brings one key to the present. That time has passed is no call's doing: it stays so if the call is refused.
 *
 * @returns The key's entry, if there still is one, and the present in Unix seconds.
 */
export function applyDueChanges(
  call: CallContext,
  key: string,
): { readonly entry: Entry | undefined; readonly now: number } {
  const { engine } = call
  const now = nowSeconds(call)
  // At the limit, keys that should be gone must not count.
  if (engine.state.keys.size >= engine.limits.keys) applyAllDueChanges(call)
  const { state } = engine
  const entry = getValue(state.keys, key)
  recordChanges(
    engine,
    applied(engine, entry, now, { isTold: hasListeners(engine), rotates: true }),
  )
  // Among very many keys, looking one up is what a read costs: once where nothing has happened.
  return { entry: engine.state === state ? entry : getValue(engine.state.keys, key), now }
}

/**
 * Brings every key to the present: costs what has fallen due.
 *
 * @param isTold - Whether what there is to tell of keys has its turn too, so that it never has another.
 */
export function applyAllDueChanges(
  call: CallContext,
  isTold: boolean = hasListeners(call.engine),
): void {
  const { engine } = call
  const now = nowSeconds(call)
  const { due, notices } = engine.state
  const keys = new Set([...dueBy(due, now), ...(isTold ? dueBy(notices, now) : [])])
  const happened: KeyChange[] = []
  try {
    for (const key of keys) {
      const entry = getValue(engine.state.keys, key)
      happened.push(...applied(engine, entry, now, { isTold, rotates: true }))
    }
  } finally {
    recordChanges(engine, happened)
  }
}

/** Tells what there is to tell of a key after a call has changed it. */
export function emitDueNotices(engine: Engine, key: string, now: number): void {
  const entry = getValue(engine.state.keys, key)
  recordChanges(engine, applied(engine, entry, now, { isTold: true, rotates: false }))
}

const nowSeconds = (moment: CallContext): number => wholeSeconds(readInstant(moment))

/** What a clock answered, in whole Unix seconds. */
export function wholeSeconds(at: number): number {
  const seconds = Math.floor(at / 1000)
  if (typeof at === 'number' && Number.isSafeInteger(seconds) && seconds >= 0) return seconds
  throw badParameter(`The clock must answer milliseconds since 1970, not ${printable(at)}.`)
}

/** Applies to a key what has fallen due; answers what happened, in order. */
function applied(
  engine: Engine,
  entry: Entry | undefined,
  now: number,
  { isTold, rotates }: { readonly isTold: boolean; readonly rotates: boolean },
): readonly KeyChange[] {
  if (entry === undefined) return []
  const { record: before, incarnation } = entry
  const happened: KeyChange[] = []
  const { name } = before
  const record = applyTime(
    before,
    now,
    rotates ? versionMaker(engine, entry, happened) : undefined,
    isTold
      ? ({ type, at }, told) => {
          const { version, attributes } = currentVersion(told)
          happened.push({ type, at, name, incarnation, version, attributes })
        }
      : undefined,
  )
  if (record === before) return []
  if (record !== undefined) {
    engine.state = withEntry(engine.state, engine, { ...entry, record })
    return happened
  }
  engine.state = purged(engine.state, engine, entry)
  const at = (before.deletion as Deletion).scheduledPurgeDate
  return [{ type: 'purged', at, name, incarnation, version: undefined, attributes: {} }]
}

/** Writes what time has done into the audit trail, and lets those who listen hear of it. */
function recordChanges(engine: Engine, happened: readonly KeyChange[]): void {
  if (happened.length === 0) return
  for (const { type, at, name: key, version } of sortChanges(happened)) {
    const operation = OPERATION_OF[type]
    if (operation === undefined) continue
    const byNobody = { alg: undefined, caller: undefined, outcome: 'success' } as const
    appendEntry(engine.trail, { ...byNobody, at: at * 1000, operation, key, version }, true)
  }
  queueEvents(engine, happened)
}

/** What the audit trail calls what time does; to tell something is to do nothing. */
const OPERATION_OF: Readonly<Partial<Record<KeyChangeType, HsmOperation>>> = {
  newVersion: 'rotateKey',
  purged: 'purgeDeletedKey',
}

/** What the due rotations of a key will make when it is read next, or of every key that is due; nothing is applied. */
export function dueVersions(call: CallContext, name: string | undefined): readonly PlannedKey[] {
  const { engine } = call
  const { keys, due } = engine.state
  const now = nowSeconds(call)
  const isOfAll = name === undefined || hasListeners(engine) || keys.size >= engine.limits.keys
  const names = isOfAll ? [...dueBy(due, now)] : [nameKey(name)]
  return names.flatMap((key) => {
    const planned: PlannedKey[] = []
    const entry = getValue(keys, key)
    applyTime(entry?.record, now, (record, at) => {
      const next = plannedVersion(engine, record, entry?.incarnation ?? 0)
      if (next === undefined) return undefined
      planned.push(next)
      // Stands for what will be made: of the same kind, and looked at by nobody.
      const { material } = currentVersion(record)
      return { ...rotatedVersion(record, at), version: String(next.place.ordinal), material }
    })
    return planned
  })
}

/** What a rotation makes of a key that is not full. */
function plannedVersion(
  { limits }: Engine,
  record: HsmKeyRecord,
  incarnation: number,
): PlannedKey | undefined {
  const ordinal = record.versions.length
  if (ordinal >= limits.versions) return undefined
  const { kty, key } = currentVersion(record).material
  return { place: { name: record.name, incarnation, ordinal }, kty, spec: specOf(key) }
}

/** Makes the versions of due rotations, until the key is full. */
function versionMaker(
  engine: Engine,
  { incarnation }: Entry,
  happened: KeyChange[],
): MakeVersion<StoredKey> {
  return (record, at) => {
    const planned = plannedVersion(engine, record, incarnation)
    if (planned === undefined) return undefined
    const { place, kty, spec } = planned
    const version = newVersionId(engine, place)
    const rotated = rotatedVersion(record, at)
    const { name, attributes } = rotated
    const material = newMaterial(engine, place, kty, spec)
    happened.push({ type: 'newVersion', at, name, incarnation, version, attributes })
    return { ...rotated, version, material }
  }
}
