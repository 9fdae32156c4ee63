/** Applying what has fallen due: to one key when it is read, to all that are due before a list. */

import {
  applyTime,
  currentVersion,
  type Deletion,
  type MakeVersion,
  rotatedVersion,
} from '@pocket-hsm/lifecycle'
import { note } from './audit/trail.ts'
import { instantOf, type Moment } from './call.ts'
import type { Engine } from './hsm.ts'
import { badParameter, shown } from './hsm-error.ts'
import {
  dueBy,
  type Entry,
  type HsmKeyRecord,
  purged,
  type StoredKey,
  withEntry,
} from './hsm-state.ts'
import { newMaterial, newVersionId, specOf } from './new-material.ts'
import { getValue } from './sorted-map.ts'

/**
 * Brings one key to the present. That time has passed is no call's doing: it stays so if the call is refused.
 *
 * @returns The key's entry, if there still is one, and the present in Unix seconds.
 */
export function settleKey(
  call: Moment,
  key: string,
): { readonly entry: Entry | undefined; readonly now: number } {
  const { engine } = call
  const now = nowSeconds(call)
  // At the limit, keys that should be gone must not count.
  if (engine.state.keys.size >= engine.limits.keys) settleAll(call)
  settle(engine, key, now)
  return { entry: getValue(engine.state.keys, key), now }
}

/** Brings every key to the present: costs what has fallen due. */
export function settleAll(call: Moment): void {
  const now = nowSeconds(call)
  for (const key of [...dueBy(call.engine.state, now)]) settle(call.engine, key, now)
}

const nowSeconds = (moment: Moment): number => wholeSeconds(instantOf(moment))

/** What a clock answered, in whole Unix seconds. */
export function wholeSeconds(at: number): number {
  const seconds = Math.floor(at / 1000)
  if (typeof at === 'number' && Number.isSafeInteger(seconds) && seconds >= 0) return seconds
  throw badParameter(`The clock must answer milliseconds since 1970, not ${shown(at)}.`)
}

function settle(engine: Engine, key: string, now: number): void {
  const entry = getValue(engine.state.keys, key)
  if (entry === undefined) return
  const before = entry.record
  const record = applyTime(before, now, versionMaker(engine, entry))
  if (record === before) return
  engine.state =
    record === undefined
      ? purged(engine.state, engine, entry)
      : withEntry(engine.state, engine, { ...entry, record })
  noteTime(engine, before, record)
}

/** Writes into the audit trail what time has done to a key. */
function noteTime({ trail }: Engine, before: HsmKeyRecord, after: HsmKeyRecord | undefined): void {
  const unknown = { key: before.name, version: undefined, alg: undefined, caller: undefined }
  const done = { ...unknown, outcome: 'success' } as const
  for (const { version, attributes } of after?.versions.slice(before.versions.length) ?? []) {
    note(trail, { ...done, at: attributes.created * 1000, operation: 'rotateKey', version }, true)
  }
  if (after !== undefined) return
  const at = (before.deletion as Deletion).scheduledPurgeDate * 1000
  note(trail, { ...done, at, operation: 'purgeDeletedKey' }, true)
}

/** Makes the versions of due rotations, until the key is full. */
function versionMaker(engine: Engine, { incarnation }: Entry): MakeVersion<StoredKey> {
  return (record, at) => {
    const ordinal = record.versions.length
    if (ordinal >= engine.limits.versions) return undefined
    const { kty, key } = currentVersion(record).material
    const place = { name: record.name, incarnation, ordinal }
    return {
      ...rotatedVersion(record, at),
      version: newVersionId(engine, place),
      material: newMaterial(engine, place, kty, specOf(key)),
    }
  }
}
