/**
 * Reads a key's record as of now, applies one pure step to it, and stores the record that comes out.
 * A step that throws has changed nothing.
 */

import { currentVersion } from '@pocket-hsm/lifecycle'
import type { Step, StepContext } from '../keys/key-step.ts'
import { type Entry, type HsmKeyRecord, nameKey, purged, withEntry } from '../state/hsm-state.ts'
import { emitDueNotices } from './apply-due-changes.ts'
import { type Call, recordMadeVersion } from './audit-context.ts'
import { hasListeners, queueEvents } from './emit-events.ts'
import type { Engine } from './hsm.ts'
import { type OpenKey, openKey } from './open-key.ts'

/** Applies a step to the key of a name. */
export function runStep<Input, Result>(
  call: Call,
  name: string,
  step: Step<Input, Result>,
  input: Input,
): Result {
  const key = openKey(call, name)
  const { record, result } = step(key.entry.record, input, key.context)
  storeKey(call.engine, key, record)
  if (record !== undefined) recordMadeVersion(call, record)
  return result
}

/** Returns the record of a name as of now, if there is one, and what a step would be told. */
export function readRecord(
  call: Call,
  name: string,
): { readonly record: HsmKeyRecord | undefined; readonly context: StepContext } {
  const { entry, context } = openKey(call, name)
  return { record: entry.record, context }
}

/** Stores what a step has made of a key; `undefined` purges it. Nothing is written if nothing has changed. */
function storeKey(engine: Engine, key: OpenKey, record: HsmKeyRecord | undefined): void {
  const { entry, draws, context } = key
  if (record === entry.record && draws.count === entry.draws) return
  engine.state =
    record === undefined
      ? purged(engine.state, engine, entry as Entry)
      : withEntry(engine.state, engine, { ...entry, record, draws: draws.count })
  if (hasListeners(engine) && record !== undefined) emitChange(engine, key, record, context.now)
}

/** Emits the events of a version that a step has made, and of an expiry that is near or past already. */
function emitChange(engine: Engine, { entry }: OpenKey, record: HsmKeyRecord, now: number): void {
  if (record.state === 'purging') return
  const { name } = record
  const { version, attributes } = currentVersion(record)
  const isNew = entry.record === undefined || currentVersion(entry.record).version !== version
  if (isNew) {
    const { incarnation } = entry
    queueEvents(engine, [{ type: 'newVersion', at: now, name, incarnation, version, attributes }])
  }
  emitDueNotices(engine, nameKey(name), now)
}
