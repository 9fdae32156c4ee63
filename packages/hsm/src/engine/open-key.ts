/** A key as a call finds it: its entry in the store as of now, and what an operation on it may know. */

import type { RandomSource } from '@pocket-hsm/crypto'
import { hostRandom } from '../host.ts'
import { containerName } from '../keys/key-reference.ts'
import type { StepContext } from '../keys/key-step.ts'
import { newVersionId } from '../keys/planned-version.ts'
import { pooledRandom } from '../random/random-pool.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { serviceError } from '../service/error-texts.ts'
import { domainInUse } from '../state/activation.ts'
import { countKeys } from '../state/find-keys.ts'
import { type Entry, type HsmKeyRecord, nameKey, withEntry } from '../state/hsm-state.ts'
import { getValue } from '../state/sorted-map.ts'
import { applyDueChanges } from './apply-due-changes.ts'
import { type Call, recordFoundKey } from './audit-context.ts'
import { needCheck } from './check-access.ts'
import type { Engine } from './hsm.ts'

/** A key as a call finds it. */
export interface OpenKey {
  /** With the record, if the HSM has a key of this name. */
  readonly entry: PossibleEntry
  readonly context: StepContext
  /** How many operations on this key have drawn randomness, this one included once it has. */
  readonly draws: { count: number }
}

type PossibleEntry = Omit<Entry, 'record'> & { readonly record: HsmKeyRecord | undefined }

/** Applies what has fallen due to the key of a name, and returns what is there now. */
export function openKey(call: Call, name: string): OpenKey {
  needCheck(call)
  const { engine } = call
  const key = nameKey(name)
  const { now, entry = newEntry(engine, key) } = applyDueChanges(call, key)
  recordFoundKey(call, entry.record)
  const draws = { count: entry.draws }
  return { entry, draws, context: stepContext(engine, name, now, entry, draws) }
}

/** Stores how many times a key has drawn randomness, under a seed: the next operation continues from there. */
export function storeDraws(engine: Engine, { entry, draws }: OpenKey): void {
  if (draws.count === entry.draws) return
  engine.state = withEntry(engine.state, engine, { ...(entry as Entry), draws: draws.count })
}

function newEntry(engine: Engine, key: string): PossibleEntry {
  const { incarnations, nextSequence } = engine.state
  const incarnation = (incarnations && getValue(incarnations, key)) ?? 0
  return { record: undefined, sequence: nextSequence, incarnation, draws: 0 }
}

function stepContext(
  engine: Engine,
  name: string,
  now: number,
  entry: PossibleEntry,
  draws: { count: number },
): StepContext {
  const { baseUrl, profile, container, limits, strict, state } = engine
  const { incarnation } = entry
  const random = keyStream(engine, name, entry, draws)
  return {
    now,
    keyCount: countKeys(state),
    incarnation,
    baseUrl,
    profile,
    container,
    limits,
    securityDomain: domainInUse(engine),
    strict,
    random,
    keyRandom: engine.seed === undefined ? hostRandom : random,
    newVersionId: (ordinal) => newVersionId(engine, { name, incarnation, ordinal }),
    refuse: (rule, facts) =>
      serviceError(rule, profile.family, {
        name,
        reference: name,
        baseUrl,
        container: containerName(baseUrl),
        ...facts,
      }),
  }
}

/** The randomness of one operation on one key; under a seed, a stream of the operation's own. */
function keyStream(
  { seed }: Engine,
  name: string,
  { incarnation }: PossibleEntry,
  draws: { count: number },
): RandomSource {
  if (seed === undefined) return pooledRandom
  let stream: RandomSource | undefined
  return (length) => {
    if (stream === undefined) {
      stream = seededStream(seed, 'key', nameKey(name), incarnation, draws.count)
      draws.count += 1
    }
    return stream(length)
  }
}
