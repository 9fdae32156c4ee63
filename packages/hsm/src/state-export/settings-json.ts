/** What of an HSM is neither a key nor its host's, and decides what it answers: the first item of a whole export. */

import { fromBase64url, Secret, toBase64url } from '@pocket-hsm/crypto'
import { type Engine, engineOf, type Hsm } from '../engine/hsm.ts'
import { lazyIdentity } from '../release/identity-origin.ts'
import { PROFILES, type ProfileName } from '../service/profiles.ts'
import { countersOf, type PrintedCounters } from './state-json.ts'

/** The settings and counters of an HSM. */
export interface PrintedSettings extends PrintedCounters {
  /** What the state is called, where it was exported before. */
  readonly state?: string
  readonly baseUrl: string
  readonly profile: ProfileName
  readonly container: Engine['container']
  readonly strict: boolean
  /** `null` for no limit. */
  readonly limits: { readonly keys: number | null; readonly versions: number | null }
  /** What the seed of `createHsm` came to: base64url. */
  readonly seed?: string
  /** Whom the release identity names, and what it is made of: base64url. */
  readonly identity: { readonly host: string; readonly seed: string }
}

/** Prints the settings, the seed in the clear. */
export function printSettings(hsm: Hsm, state: string | undefined): PrintedSettings {
  const engine = engineOf(hsm)
  const { baseUrl, container, strict, limits, seed, identityOrigin } = engine
  return {
    ...(state !== undefined && { state }),
    ...countersOf(engine.state),
    baseUrl,
    profile: hsm.profile,
    container,
    strict,
    limits: { keys: printLimit(limits.keys), versions: printLimit(limits.versions) },
    ...(seed && { seed: printSecret(seed) }),
    identity: { host: identityOrigin.host, seed: printSecret(identityOrigin.seed()) },
  }
}

/** The settings as an engine has them. */
export type ParsedSettings = Pick<
  Engine,
  'baseUrl' | 'profile' | 'container' | 'strict' | 'limits' | 'seed' | 'identity' | 'identityOrigin'
>

/** Reads what {@link printSettings} printed. */
export function parseSettings(printed: PrintedSettings): ParsedSettings {
  const { baseUrl, profile, container, strict, limits, seed, identity } = printed
  const identitySeed = parseSecret(identity.seed)
  const identityOrigin = { host: identity.host, seed: () => identitySeed }
  return {
    baseUrl,
    profile: PROFILES[profile],
    container,
    strict,
    limits: { keys: parseLimit(limits.keys), versions: parseLimit(limits.versions) },
    seed: seed === undefined ? undefined : parseSecret(seed),
    identity: lazyIdentity(identityOrigin),
    identityOrigin,
  }
}

const printSecret = (secret: Secret<Uint8Array>): string => toBase64url(Secret.reveal(secret))
const parseSecret = (printed: string): Secret<Uint8Array> => new Secret(fromBase64url(printed))

/** JSON has no number for infinity. */
const printLimit = (limit: number): number | null => (Number.isFinite(limit) ? limit : null)
const parseLimit = (printed: number | null): number => printed ?? Number.POSITIVE_INFINITY
