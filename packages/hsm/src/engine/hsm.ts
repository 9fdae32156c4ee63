/** The HSM itself: how one is made, forked, and what stands behind the handle. */

import type { RandomSource, Secret } from '@pocket-hsm/crypto'
import type { Container } from '@pocket-hsm/lifecycle'
import { emptyTrail, forkTrail, type Trail } from '../audit/audit-trail.ts'
import { createSecurityDomain, type SecurityDomain } from '../backup/security-domain.ts'
import { type EventHub, emptyHub } from '../events/event-hub.ts'
import { hostClock, hostRandom } from '../host.ts'
import { badParameter, printable } from '../hsm-error.ts'
import { checkOptions, OPTION_CHECKS, optionTable } from '../options/check-options.ts'
import { parseSeed, seededStream } from '../random/seeded-stream.ts'
import type { AttestationKeys } from '../release/attestation-keys.ts'
import { type IdentityOrigin, identityOrigin, lazyIdentity } from '../release/identity-origin.ts'
import type { ReleaseIdentity } from '../release/release-identity.ts'
import type { RsaPool } from '../rsa-pool/rsa-pool.ts'
import { PROFILES, type Profile, type ProfileName } from '../service/profiles.ts'
import { EMPTY_STATE, type HsmState } from '../state/hsm-state.ts'
import { emptyMap } from '../state/sorted-map.ts'
import {
  checkAttestationKeys,
  checkAuditLimit,
  checkBaseUrl,
  checkBoolean,
  checkCaller,
  checkClock,
  checkLimit,
  checkRetention,
  checkRsaPool,
  checkSecurityDomain,
  checkSettling,
  HSM_OPTIONS,
  type HsmOptions,
} from './hsm-options.ts'

/** A software HSM: hand it to every operation. What it holds cannot be reached or printed from it. */
export interface Hsm {
  /** The address that begins every key identifier, without a slash at the end. */
  readonly baseUrl: string
  /** The service that it behaves like. */
  readonly profile: ProfileName
}

/** What stands behind an {@link Hsm}. */
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
  /** What it signs with: made when first asked for, and one for an HSM and its forks. */
  readonly identity: () => ReleaseIdentity
  /** What that is made of; one and the same object for an HSM, its forks and its views. */
  readonly identityOrigin: IdentityOrigin
  /** Who calls through this handle, for the audit trail. */
  readonly caller: string | undefined
  /** One for an HSM and all views of it; a fork goes on with one of its own. */
  readonly trail: Trail
  /** Who listens: to an HSM and all views of it; to a fork nobody yet. */
  readonly hub: EventHub
  /** Replaced whole by each change, and by nothing else. */
  state: HsmState
}

/** Beside the handles, not on them: nothing that walks, clones or prints an `Hsm` meets a key. */
const engines = new WeakMap<Hsm, Engine>()

/**
 * Makes an HSM with no keys in it.
 *
 * It lives in memory, opens nothing and starts nothing: dropping the handle is all the cleaning up there is.
 *
 * @param options - See {@link HsmOptions}; every member is optional.
 * @throws {@link HsmError} 400 `BadParameter` - an option outside the values that its comment names.
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
    identity: lazyIdentity(origin),
    identityOrigin: origin,
    limits: {
      keys: checkLimit('keys', options.limits?.keys ?? profile.maxKeys),
      versions: checkLimit('versions', options.limits?.versions ?? profile.maxVersions),
    },
    caller: undefined,
    trail: emptyTrail(checkAuditLimit(options.auditLimit ?? 100_000)),
    hub: emptyHub(),
    state: seed === undefined ? { ...EMPTY_STATE } : { ...EMPTY_STATE, incarnations: emptyMap() },
  })
}

/**
 * Copies an HSM: every key in every state, its audit trail, its clock, its settings, its place in the seeded universe.
 *
 * Takes the same time whatever the number of keys. What is done to either is never seen by the other. Who listens to
 * the one does not hear of the other.
 *
 * @param hsm - The HSM to copy; it stays as it is.
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

/** What of an HSM another view of it may have otherwise. */
export interface HsmViewOptions {
  /** What key identifiers begin with, as for `createHsm`. */
  readonly baseUrl?: string
  /** Seconds that a deletion or a recovery takes which is asked for through this view, as for `createHsm`. */
  readonly settlingSeconds?: number
  /** Whom the audit trail names for what is done through this view: nobody unless told. */
  readonly caller?: string | undefined
}

/**
 * Gives an HSM a second handle: the same keys under another address, as a service has that is reached by several.
 *
 * What is done through either handle is done to the one HSM. Takes the same time whatever the number of keys.
 *
 * @param hsm - The HSM; its own handle stays as it is.
 * @param options - What is otherwise through the new handle; the rest is as it was.
 * @returns A handle of the same HSM.
 * @throws {@link HsmError} 400 `BadParameter` - an option that `createHsm` would refuse.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, getKey, viewHsm } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const local = viewHsm(hsm, { baseUrl: 'https://localhost:8443' })
 * getKey(local, 'orders').key.kid.startsWith('https://localhost:8443/keys/orders/') // true
 * ```
 */
export function viewHsm(hsm: Hsm, options: HsmViewOptions): Hsm {
  const engine = engineOf(hsm)
  checkOptions('viewHsm', options, VIEW_OPTIONS)
  const { baseUrl = engine.baseUrl, settlingSeconds = engine.container.settlingSeconds } = options
  const { caller = engine.caller } = options
  return handleOf(hsm.profile, {
    ...engine,
    baseUrl: checkBaseUrl(baseUrl),
    caller: checkCaller(caller),
    container: { ...engine.container, settlingSeconds: checkSettling(settlingSeconds) },
    get state() {
      return engine.state
    },
    set state(state) {
      engine.state = state
    },
  })
}

/**
 * Reads the clock of an HSM, for what has to keep its time: a limit per second, a delay.
 *
 * @returns Milliseconds since 1970, as the `clock` of `createHsm` answers them.
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

/** What stands behind a handle. */
export function engineOf(hsm: Hsm): Engine {
  const engine = engines.get(hsm)
  if (engine === undefined) throw badParameter('The first argument must be an HSM from createHsm.')
  return engine
}

/** A new handle of what it is given. */
export function handleOf(profile: ProfileName, engine: Engine): Hsm {
  const hsm: Hsm = Object.freeze({ baseUrl: engine.baseUrl, profile })
  engines.set(hsm, engine)
  return hsm
}

const VIEW_OPTIONS = optionTable<HsmViewOptions>({
  baseUrl: OPTION_CHECKS.string,
  settlingSeconds: OPTION_CHECKS.number,
  caller: OPTION_CHECKS.string,
})
