/** Applying what has fallen due: to one key when it is read, to all that are due before a list. */

import { applyTime, currentVersion, type MakeVersion, rotatedVersion } from '@pocket-hsm/lifecycle'
import type { Engine } from './hsm.ts'
import { badParameter, shown } from './hsm-error.ts'
import { dueBy, type Entry, type HsmState, purged, type StoredKey, withEntry } from './hsm-state.ts'
import { newMaterial, newVersionId, specOf } from './new-material.ts'
import { getValue } from './sorted-map.ts'

/**
 * Brings one key to the present. That time has passed is no call's doing: it stays so if the call is refused.
 *
 * @returns The key's entry, if there still is one, and the present in Unix seconds.
 */
export function settleKey(
  engine: Engine,
  key: string,
): { readonly entry: Entry | undefined; readonly now: number } {
  const now = nowSeconds(engine)
  // At the limit, keys that should be gone must not count.
  if (engine.state.keys.size >= engine.limits.keys) settleAll(engine, now)
  engine.state = settled(engine, engine.state, key, now)
  return { entry: getValue(engine.state.keys, key), now }
}

/** Brings every key to the present: costs what has fallen due. */
export function settleAll(engine: Engine, now: number = nowSeconds(engine)): void {
  let state = engine.state
  for (const key of [...dueBy(state, now)]) state = settled(engine, state, key, now)
  engine.state = state
}

/** The time in whole Unix seconds. */
export function nowSeconds({ clock }: Pick<Engine, 'clock'>): number {
  const milliseconds = clock()
  const seconds = Math.floor(milliseconds / 1000)
  if (typeof milliseconds === 'number' && Number.isSafeInteger(seconds) && seconds >= 0) {
    return seconds
  }
  throw badParameter(`The clock must answer milliseconds since 1970, not ${shown(milliseconds)}.`)
}

function settled(engine: Engine, state: HsmState, key: string, now: number): HsmState {
  const entry = getValue(state.keys, key)
  if (entry === undefined) return state
  const record = applyTime(entry.record, now, versionMaker(engine, entry))
  if (record === entry.record) return state
  if (record === undefined) return purged(state, engine, entry)
  return withEntry(state, engine, { ...entry, record })
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
