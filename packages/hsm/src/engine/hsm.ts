/** The HSM itself: creating, forking and viewing one, and the engine behind the handle. */

import type { RandomSource, Secret } from '@pocket-hsm/crypto'
import type { Container } from '@pocket-hsm/lifecycle'
import { emptyTrail, forkTrail, type Trail } from '../audit/audit-trail.ts'
import { createSecurityDomain, type SecurityDomain } from '../backup/security-domain.ts'
import { sharedContents, unknownHandle } from '../copies/shared-contents.ts'
import { type EventHub, emptyHub } from '../events/event-hub.ts'
import type { ExternalKeyManager } from '../external-keys/external-key-manager.ts'
import { checkClock, hostClock, hostRandom } from '../host.ts'
import { badParameter, printable } from '../hsm-error.ts'
import { checkOptions } from '../options/check-options.ts'
import { parseSeed, seededStream } from '../random/seeded-stream.ts'
import type { AttestationKeys } from '../release/attestation-keys.ts'
import { type IdentityOrigin, identityOrigin, lazyIdentity } from '../release/identity-origin.ts'
import type { ReleaseIdentity } from '../release/release-identity.ts'
import { withAccessControl } from '../roles/access-control.ts'
import type { Principals } from '../roles/principals.ts'
import type { RsaPool } from '../rsa-pool/rsa-pool.ts'
import { PROFILES, type Profile, type ProfileName } from '../service/profiles.ts'
import { ACTIVATION, NOT_ACTIVATED } from '../state/activation.ts'
import { withMember } from '../state/administration.ts'
import { EMPTY_STATE, type HsmState } from '../state/hsm-state.ts'
import { emptyMap } from '../state/sorted-map.ts'
import {
  checkAccessControl,
  checkActivated,
  checkAttestationKeys,
  checkAuditLimit,
  checkBaseUrl,
  checkBoolean,
  checkLimit,
  checkRetention,
  checkRsaPool,
  checkSecurityDomain,
  checkSettling,
  HSM_OPTIONS,
  type HsmOptions,
} from './hsm-options.ts'

/** A software HSM: the first argument of every operation. Its contents cannot be reached or printed through it. */
export interface Hsm {
  /** The start of every key identifier, without a trailing slash. */
  readonly baseUrl: string
  /** The service that it behaves like. */
  readonly profile: ProfileName
}

/** The engine behind an {@link Hsm}. */
export interface Engine {
  readonly baseUrl: string
  readonly profile: Profile
  readonly container: Container
  readonly clock: () => number
  readonly seed: Secret<Uint8Array> | undefined
  readonly securityDomain: SecurityDomain
  readonly limits: { readonly keys: number; readonly versions: number }
  readonly strict: boolean
  readonly attestationKeys: AttestationKeys
  readonly rsaPool: RsaPool | undefined
  readonly externalKeyManager: ExternalKeyManager | undefined
  /** The key that it signs statements with: made at first use, shared by an HSM and its forks. */
  readonly identity: () => ReleaseIdentity
  /** The seed of that key; the same object for an HSM, its forks and its views. */
  readonly identityOrigin: IdentityOrigin
  /** The caller that the audit trail names for calls through this handle. */
  readonly caller: string | undefined
  /** As whom calls through this handle are checked; `undefined` for the host, whose calls are not. */
  readonly principals: Principals | undefined
  /** Shared by an HSM and its views; a fork continues with its own. */
  readonly trail: Trail
  /** The event listeners, shared by an HSM and its views; a fork starts without any. */
  readonly hub: EventHub
  /** Replaced as a whole by each change. */
  state: HsmState
}

/** Kept apart from the handles, so that nothing that walks, clones or prints an `Hsm` reaches a key. */
const engines = sharedContents<Hsm, Engine>('HSM')

/**
 * Creates an HSM with no keys.
 *
 * It lives in memory and opens no file, socket or timer: to dispose of it, drop the handle.
 *
 * @param options - See {@link HsmOptions}; every member is optional.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown option, or a value outside the documented range.
 *
 * @example
 * ```ts
 * import { createHsm, createKey } from 'pocket-hsm'
 *
 * const hsm = createHsm({ baseUrl: 'https://contoso.managedhsm.azure.net', softDeleteRetentionDays: 7 })
 * createKey(hsm, 'orders', { kty: 'EC-HSM' }).attributes.recoveryLevel // 'CustomizedRecoverable+Purgeable'
 * ```
 */
export function createHsm(options: HsmOptions = {}): Hsm {
  checkOptions('createHsm', options, HSM_OPTIONS)
  const profileName = options.profile ?? 'managed-hsm'
  const profile = Object.hasOwn(PROFILES, profileName) ? PROFILES[profileName] : undefined
  if (profile === undefined) throw badParameter(`Unknown profile: ${printable(profileName)}`)
  const seed = options.seed === undefined ? undefined : parseSeed(options.seed)
  const random: RandomSource =
    seed === undefined ? hostRandom : seededStream(seed, 'security domain')
  const baseUrl = checkBaseUrl(options.baseUrl ?? profile.baseUrl)
  const origin = identityOrigin(baseUrl, seed)
  return handleOf(profileName, {
    baseUrl,
    profile,
    container: {
      softDeleteRetentionDays: checkRetention(options.softDeleteRetentionDays ?? 90),
      purgeProtection: checkBoolean('purgeProtection', options.purgeProtection ?? false),
      settlingSeconds: checkSettling(options.settlingSeconds ?? 0),
    },
    strict: checkBoolean('strict', options.strict ?? false),
    clock: checkClock(options.clock ?? hostClock),
    seed,
    securityDomain: checkSecurityDomain(options.securityDomain ?? createSecurityDomain(random)),
    attestationKeys: checkAttestationKeys(options.attestationKeys ?? (() => undefined)),
    rsaPool: checkRsaPool(options.rsaPool),
    externalKeyManager: options.externalKeyManager ?? undefined,
    identity: lazyIdentity(origin),
    identityOrigin: origin,
    limits: {
      keys: checkLimit('keys', options.limits?.keys ?? profile.maxKeys),
      versions: checkLimit('versions', options.limits?.versions ?? profile.maxVersions),
    },
    caller: undefined,
    principals: undefined,
    trail: emptyTrail(checkAuditLimit(options.auditLimit ?? 100_000)),
    hub: emptyHub(),
    state: firstState(seed !== undefined, profile, options),
  })
}

function firstState(isSeeded: boolean, profile: Profile, options: HsmOptions): HsmState {
  const { accessControl, activated } = options
  const empty = { ...EMPTY_STATE, ...(isSeeded && { incarnations: emptyMap<number>() }) }
  const isActivated = checkActivated(activated ?? true, profile)
  const state = isActivated ? empty : withMember(empty, ACTIVATION, NOT_ACTIVATED)
  if (accessControl === undefined || accessControl === null) return state
  return withAccessControl(state, checkAccessControl(profile, accessControl))
}

/**
 * Copies an HSM: every key in every state, its audit trail, clock, settings, and the state of its seeded randomness.
 *
 * Takes constant time, whatever the number of keys. Neither HSM sees later changes of the other. Event listeners are not
 * copied.
 *
 * @param hsm - The HSM to copy; not changed.
 * @returns An independent HSM with the same address.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, deleteKey, forkHsm, listKeys } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'oct-HSM' })
 * const fork = forkHsm(hsm)
 * deleteKey(fork, 'orders')
 * listKeys(hsm).value.length // 1
 * ```
 */
export function forkHsm(hsm: Hsm): Hsm {
  const engine = engineOf(hsm)
  return handleOf(hsm.profile, { ...engine, trail: forkTrail(engine.trail), hub: emptyHub() })
}

/**
 * Reads the clock of an HSM, for code around it that has to use the same time, such as a rate limit.
 *
 * @returns Milliseconds since 1970, as the `clock` of `createHsm` returns them.
 *
 * @example
 * ```ts
 * import { createHsm, readClock } from 'pocket-hsm'
 *
 * readClock(createHsm({ clock: () => 1_700_000_000_000 })) // 1700000000000
 * ```
 */
export function readClock(hsm: Hsm): number {
  return engineOf(hsm).clock()
}

/**
 * Counts the keys of an HSM, for a metric: the same few instructions however many there are.
 *
 * @returns Keys that exist and deleted ones that are kept. A deleted key whose retention has passed counts until a call
 *   has looked at it. Versions do not count.
 *
 * @example
 * ```ts
 * import { countKeys, createHsm, createKey, deleteKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC' })
 * createKey(hsm, 'letters', { kty: 'EC' })
 * deleteKey(hsm, 'letters')
 * countKeys(hsm) // 2
 * ```
 */
export function countKeys(hsm: Hsm): number {
  return engineOf(hsm).state.keys.size
}

/** Returns the engine behind a handle. */
export function engineOf(hsm: Hsm): Engine {
  const engine = engines.get(hsm)
  if (engine !== undefined) return engine
  throw unknownHandle('HSM', hsm, 'The first argument must be an HSM from createHsm.')
}

/** Creates a handle of an engine. */
export function handleOf(profile: ProfileName, engine: Engine): Hsm {
  const hsm: Hsm = Object.freeze({ baseUrl: engine.baseUrl, profile })
  engines.set(hsm, engine)
  return hsm
}

/**
 * Returns whether a value is an HSM of this copy of the package: one that `createHsm`, `forkHsm` or `viewHsm` made.
 *
 * @param value - Anything.
 *
 * @example
 * ```ts
 * import { createHsm, isHsm } from 'pocket-hsm'
 *
 * isHsm(createHsm()) // true
 * isHsm({}) // false
 * ```
 */
export function isHsm(value: unknown): value is Hsm {
  return typeof value === 'object' && value !== null && engines.get(value as Hsm) !== undefined
}
