/**
 * The runner: reads a key's record as of now, applies one pure step to it, stores what comes out.
 * A step that throws has changed nothing.
 */

import type { RandomSource } from '@pocket-hsm/crypto'
import { currentVersion } from '@pocket-hsm/lifecycle'
import { hostRandom } from '../host.ts'
import { containerName } from '../keys/key-reference.ts'
import type { Step, StepContext } from '../keys/key-step.ts'
import { newVersionId } from '../keys/planned-version.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { refusal } from '../service/error-texts.ts'
import {
  type Entry,
  type HsmKeyRecord,
  type HsmState,
  nameKey,
  purged,
  withEntry,
} from '../state/hsm-state.ts'
import { getValue } from '../state/sorted-map.ts'
import { settleKey, tellOfKey } from './apply-due-changes.ts'
import { type Call, noteFound, noteMade } from './audit-context.ts'
import { announce, isHeard } from './emit-events.ts'
import type { Engine } from './hsm.ts'

/** Applies a step to the key of a name. */
export function runStep<Input, Result>(
  call: Call,
  name: string,
  step: Step<Input, Result>,
  input: Input,
): Result {
  const { engine } = call
  const key = nameKey(name)
  const { now, entry = newEntry(engine, key) } = settleKey(call, key)
  noteFound(call, entry.record)
  const draws = { count: entry.draws }
  const random = keyStream(engine, key, entry, draws)
  const { record, result } = step(
    entry.record,
    input,
    stepContext(engine, name, now, entry.incarnation, random),
  )
  if (record !== entry.record || draws.count !== entry.draws) {
    engine.state = stored(engine, entry, record, draws.count)
    if (isHeard(engine)) tellOfStep(engine, entry, record, now)
  }
  if (record !== undefined) noteMade(call, record)
  return result
}

/** Tells of the version that a step has made, and of what was near or past already as it was made. */
function tellOfStep(
  engine: Engine,
  { record: before, incarnation }: PossibleEntry,
  after: HsmKeyRecord | undefined,
  now: number,
): void {
  if (after === undefined) return
  const { version, attributes } = currentVersion(after)
  const isNew = before === undefined || currentVersion(before).version !== version
  const { name } = after
  if (isNew) {
    announce(engine, [{ type: 'newVersion', at: now, name, incarnation, version, attributes }])
  }
  tellOfKey(engine, nameKey(name), now)
}

function stored(
  engine: Engine,
  entry: PossibleEntry,
  record: HsmKeyRecord | undefined,
  draws: number,
): HsmState {
  if (record === undefined) return purged(engine.state, engine, entry as Entry)
  return withEntry(engine.state, engine, { ...entry, record, draws })
}

/** What is known of a key of this name now. */
export function peek(
  call: Call,
  name: string,
): { readonly record: HsmKeyRecord | undefined; readonly context: StepContext } {
  const { engine } = call
  const key = nameKey(name)
  const { now, entry = newEntry(engine, key) } = settleKey(call, key)
  return { record: entry.record, context: stepContext(engine, name, now, entry.incarnation) }
}

type PossibleEntry = Omit<Entry, 'record'> & { readonly record: HsmKeyRecord | undefined }

function newEntry(engine: Engine, key: string): PossibleEntry {
  const { incarnations, nextSequence } = engine.state
  const incarnation = (incarnations && getValue(incarnations, key)) ?? 0
  return { record: undefined, sequence: nextSequence, incarnation, draws: 0 }
}

/** The randomness of one operation on one key; under a seed, the operation's own stream. */
function keyStream(
  { seed }: Engine,
  key: string,
  entry: PossibleEntry,
  draws: { count: number },
): RandomSource {
  if (seed === undefined) return hostRandom
  let stream: RandomSource | undefined
  return (length) => {
    if (stream === undefined) {
      stream = seededStream(seed, 'key', key, entry.incarnation, draws.count)
      draws.count += 1
    }
    return stream(length)
  }
}

function stepContext(
  engine: Engine,
  name: string,
  now: number,
  incarnation: number,
  random: RandomSource = hostRandom,
): StepContext {
  const { baseUrl, profile, container, limits, securityDomain, strict, state } = engine
  return {
    now,
    keyCount: state.keys.size,
    incarnation,
    baseUrl,
    profile,
    container,
    limits,
    securityDomain,
    strict,
    random,
    newVersionId: (ordinal) => newVersionId(engine, { name, incarnation, ordinal }),
    refuse: (rule, facts) =>
      refusal(rule, profile.family, {
        name,
        reference: name,
        baseUrl,
        container: containerName(baseUrl),
        ...facts,
      }),
  }
}
