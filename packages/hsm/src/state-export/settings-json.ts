/** The settings of an HSM: the first item of a whole export. */

import { fromBase64url, Secret, toBase64url } from '@pocket-hsm/crypto'
import { type Engine, engineOf, type Hsm } from '../engine/hsm.ts'
import { lazyIdentity } from '../release/identity-origin.ts'
import { PROFILES, type ProfileName } from '../service/profiles.ts'
import { type CountersJson, countersOf } from './state-json.ts'

/** The settings and counters of an HSM. */
export interface SettingsJson extends CountersJson {
  /** The identifier of the state, if it was exported before. */
  readonly state?: string
  readonly baseUrl: string
  readonly profile: ProfileName
  readonly container: Engine['container']
  readonly strict: boolean
  /** `null` for no limit. */
  readonly limits: { readonly keys: number | null; readonly versions: number | null }
  /** What the seed of `createHsm` came to: base64url. */
  readonly seed?: string
  /** The host that the release identity names, and its seed in base64url. */
  readonly identity: { readonly host: string; readonly seed: string }
}

/** Prints the settings, the seed in the clear. */
export function serializeSettings(hsm: Hsm, state: string | undefined): SettingsJson {
  const engine = engineOf(hsm)
  const { baseUrl, container, strict, limits, seed, identityOrigin } = engine
  return {
    ...(state !== undefined && { state }),
    ...countersOf(engine.state),
    baseUrl,
    profile: hsm.profile,
    container,
    strict,
    limits: { keys: serializeLimit(limits.keys), versions: serializeLimit(limits.versions) },
    ...(seed && { seed: serializeSecret(seed) }),
    identity: { host: identityOrigin.host, seed: serializeSecret(identityOrigin.seed()) },
  }
}

/** The settings as an engine has them. */
export type ParsedSettings = Pick<
  Engine,
  'baseUrl' | 'profile' | 'container' | 'strict' | 'limits' | 'seed' | 'identity' | 'identityOrigin'
>

/** Reads what {@link serializeSettings} json. */
export function parseSettings(json: SettingsJson): ParsedSettings {
  const { baseUrl, profile, container, strict, limits, seed, identity } = json
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

const serializeSecret = (secret: Secret<Uint8Array>): string => toBase64url(Secret.reveal(secret))
const parseSecret = (json: string): Secret<Uint8Array> => new Secret(fromBase64url(json))

/** JSON has no number for infinity. */
const serializeLimit = (limit: number): number | null => (Number.isFinite(limit) ? limit : null)
const parseLimit = (json: number | null): number => json ?? Number.POSITIVE_INFINITY
