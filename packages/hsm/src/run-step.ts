/**
 * The runner: reads a key's record as of now, applies one pure step to it, stores what comes out.
 * A step that throws has changed nothing.
 */

import type { RandomSource } from '@pocket-hsm/crypto'
import type { Container } from '@pocket-hsm/lifecycle'
import { hostRandom } from './host.ts'
import type { Engine } from './hsm.ts'
import { badParameter, type HsmError } from './hsm-error.ts'
import {
  type Entry,
  type HsmKeyRecord,
  nameKey,
  purged,
  settledEntry,
  withEntry,
} from './hsm-state.ts'
import type { Profile } from './profiles.ts'
import { type RefusalFacts, type RefusalRule, refusal } from './refusals.ts'
import type { SecurityDomain } from './security-domain.ts'
import { seededStream } from './seeded-stream.ts'
import { getValue } from './sorted-map.ts'

/** What a step may know besides its record and input. */
export interface StepContext {
  /** Unix seconds. */
  readonly now: number
  /** How many keys the HSM holds, in any state. */
  readonly keyCount: number
  /** How many keys of this name were purged before. */
  readonly incarnation: number
  readonly baseUrl: string
  readonly profile: Profile
  readonly container: Container
  readonly limits: Engine['limits']
  readonly securityDomain: SecurityDomain
  /** This key's own randomness. */
  readonly random: RandomSource
  /** Makes the error of a rule in the profile's words. */
  readonly refuse: (rule: RefusalRule, facts?: RefusalFacts) => HsmError
}

/** One operation on one key: pure but for the randomness that it is given. */
export type Step<Input, Result> = (
  record: HsmKeyRecord | undefined,
  input: Input,
  context: StepContext,
) => { readonly record: HsmKeyRecord | undefined; readonly result: Result }

/** Applies a step to the key of a name. */
export function runStep<Input, Result>(
  engine: Engine,
  name: string,
  step: Step<Input, Result>,
  input: Input,
): Result {
  const now = nowSeconds(engine)
  const key = nameKey(name)
  const state = settledEntry(engine.state, engine.profile, key, now)
  const entry = getValue(state.keys, key) ?? newEntry(engine, key)
  const draws = { count: entry.draws }
  const { record, result } = step(
    entry.record,
    input,
    stepContext(engine, name, now, entry.incarnation, keyStream(engine, key, entry, draws)),
  )
  engine.state = stored(state)
  return result

  function stored(before: typeof state): typeof state {
    if (record === undefined) {
      return entry.record === undefined ? before : purged(before, engine.profile, entry as Entry)
    }
    if (record === entry.record && draws.count === entry.draws) return before
    return withEntry(before, engine.profile, { ...entry, record, draws: draws.count })
  }
}

/** What is known of a key of this name, without changing anything. */
export function peek(
  engine: Engine,
  name: string,
): { readonly record: HsmKeyRecord | undefined; readonly context: StepContext } {
  const now = nowSeconds(engine)
  const key = nameKey(name)
  const state = settledEntry(engine.state, engine.profile, key, now)
  const entry = getValue(state.keys, key) ?? newEntry(engine, key)
  return { record: entry.record, context: stepContext(engine, name, now, entry.incarnation) }
}

/** The time in whole Unix seconds. */
export function nowSeconds(engine: Engine): number {
  const milliseconds = engine.clock()
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return Math.floor(milliseconds / 1000)
  throw badParameter(`The clock must answer milliseconds since 1970, not ${milliseconds}.`)
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
  const { baseUrl, profile, container, limits, securityDomain, state } = engine
  return {
    now,
    keyCount: state.keys.size,
    incarnation,
    baseUrl,
    profile,
    container,
    limits,
    securityDomain,
    random,
    refuse: (rule, facts) =>
      refusal(rule, profile.family, {
        name,
        reference: name,
        baseUrl,
        container: baseUrl.replace(/^\w+:\/\/|[.:].*$/g, ''),
        ...facts,
      }),
  }
}
