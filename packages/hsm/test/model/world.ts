/** Where a story takes place: three HSMs in the model and in the engine, one clock, and what was taken out of them. */

import type * as engine from '../../src/index.ts'
import { createSecurityDomain, type Hsm } from '../../src/index.ts'
import { authority } from '../releases.ts'
import type { Backup } from './model.ts'
import type { ModelHsm, Profile } from './records.ts'

/** The functions under test: the engine's own, or a saboteur's. */
export type Facade = typeof engine

/** What a story is told of. */
export interface Settings {
  readonly profile: Profile
  readonly retentionDays: number
  readonly purgeProtection: boolean
  readonly settlingSeconds: number
  readonly limits: { readonly keys: number; readonly versions: number }
  /** Whether HSM B has a seed of its own, that of HSM A, or no HSM has one. */
  readonly seeds: 'of their own' | 'shared' | 'none'
}

/** What closes something that can be opened later. */
export type Closing = 'encrypt' | 'wrapKey' | 'sign'

/** A cryptographic result to come back to. */
export interface Result {
  readonly alg: string
  readonly spec: string
  readonly material: string
  /** The version that made it. */
  readonly name: string
  readonly id: string
  /** What was closed. Of a key that the HSM made nothing is known until it is opened for the first time. */
  input: Uint8Array | undefined
  /** What a signature with ML-DSA is bound to. */
  readonly context?: Uint8Array
}

/** All that the model knows. */
export interface World {
  now: number
  /** Whether the clock was ever set back: then not everything is in the order of time. */
  wasSetBack: boolean
  readonly hsms: Map<string, ModelHsm>
  readonly backups: Backup[]
  readonly results: Readonly<Record<Closing, Result[]>>
}

/** What stands in the engine for the same things. */
export interface Real {
  readonly facade: Facade
  readonly hsms: Map<string, Hsm>
  readonly backups: Uint8Array[]
  readonly results: Readonly<Record<Closing, Omit<engine.DecryptParameters, 'alg'>[]>>
  /** The public members of each material, learnt from the first bundle that shows them. */
  readonly publicMembers: Map<string, object>
  /** What each HSM has made at random, in hexadecimal: the identifiers of versions, IVs, random bytes. */
  readonly made: Map<string, Set<string>>
  /** How often an operation answered what. */
  readonly tally: Map<string, number>
}

const noResults = () => ({ encrypt: [], wrapKey: [], sign: [] })

/** At noon, at the end of a month: a duration in months ends on another day. */
const START = Date.UTC(2031, 0, 30, 12) / 1000

/**
 * The HSM A, its neighbour B under the same security domain, and the stranger C; forks come later.
 *
 * @param imported - The public members of the keys that a story can import, by the name of their material.
 */
export function worldOf(
  facade: Facade,
  settings: Settings,
  imported: ReadonlyMap<string, object>,
  tally: Map<string, number>,
): { readonly world: World; readonly real: Real } {
  const world: World = {
    now: START,
    wasSetBack: false,
    hsms: new Map(),
    backups: [],
    results: noResults(),
  }
  const publicMembers = new Map(imported)
  const real: Real = {
    facade,
    hsms: new Map(),
    backups: [],
    results: noResults(),
    publicMembers,
    made: new Map(),
    tally,
  }
  const domain = createSecurityDomain((length) => new Uint8Array(length).fill(7))
  const { seeds, retentionDays, ...others } = settings
  for (const letter of ['A', 'B', 'C']) {
    const own = seeds === 'shared' && letter === 'B' ? 'A' : letter
    const seed = seeds === 'none' ? undefined : own
    const baseUrl = `https://${letter.toLowerCase()}.test`
    const common = { ...others, baseUrl }
    world.hsms.set(letter, {
      ...common,
      seed,
      retentionDays,
      securityDomain: letter === 'C' ? 'of the stranger' : 'shared',
      keys: new Map(),
      purges: new Map(),
    })
    const hsm = facade.createHsm({
      ...common,
      softDeleteRetentionDays: retentionDays,
      // Never at the beginning of a second: whole ones alone count.
      clock: () => world.now * 1000 + 999,
      attestationKeys: authority.attestationKeys,
      ...(seed !== undefined && { seed }),
      ...(letter !== 'C' && { securityDomain: domain }),
    })
    real.hsms.set(letter, hsm)
    real.made.set(letter, new Set())
  }
  return { world, real }
}
