/** The options of `createHsm`, and the range of each. */

import { Secret } from '@pocket-hsm/crypto'
import type { SecurityDomain } from '../backup/security-domain.ts'
import type { ExternalKeyManager } from '../external-keys/external-key-manager.ts'
import { badParameter, printable } from '../hsm-error.ts'
import { OPTION_CHECKS, type OptionTable, optionTable } from '../options/check-options.ts'
import type { AttestationKeys } from '../release/attestation-keys.ts'
import { checkPrincipal } from '../roles/principals.ts'
import { contentsOf, type RsaPool } from '../rsa-pool/rsa-pool.ts'
import type { Profile, ProfileName } from '../service/profiles.ts'
import { copyOfText } from '../state/text-copy.ts'

/** The options of `createHsm`. Every one has a default. */
export interface HsmOptions {
  /** The start of every key identifier: scheme and host, no path. Defaults to `https://pocket.managedhsm.azure.net`. */
  readonly baseUrl?: string
  /** The service to behave like. Defaults to `managed-hsm`. */
  readonly profile?: ProfileName
  /** Days for which a deleted key can be recovered: 7 to 90. Defaults to 90. */
  readonly softDeleteRetentionDays?: number
  /** Whether a deleted key cannot be purged before its retention ends. Defaults to `false`. */
  readonly purgeProtection?: boolean
  /** Returns milliseconds since 1970. Defaults to `Date.now`, including when fake timers replace it. */
  readonly clock?: () => number
  /** Fixes all randomness: the same seed and the same calls give the same bytes, on every platform. */
  readonly seed?: string | Uint8Array
  /** The security domain that backups are encrypted under. Defaults to a new one; share one to restore backups in another HSM. */
  readonly securityDomain?: SecurityDomain
  /**
   * Whether a Managed HSM is activated from the start. Defaults to `true`. One that is not refuses all operations but those of
   * the security domain, until that was downloaded or another one uploaded.
   */
  readonly activated?: boolean
  /** Seconds that a deletion, a recovery or a purge takes on the HSM's clock. Defaults to 0: all complete at once. */
  readonly settlingSeconds?: number
  /**
   * Rejects what the service leaves open and clients should not rely on: an IV given for GCM, `RSNULL`, `HS256` with
   * a key of other than 256 bits, pages of more than 25, and on a Managed HSM rotation without a policy and Notify
   * actions. Defaults to `false`.
   */
  readonly strict?: boolean
  /** Returns the keys of the attestation authorities to trust when a key is released. Defaults to trusting none. */
  readonly attestationKeys?: AttestationKeys
  /**
   * Has the keys of an external key manager, and answers at once: a function of your own, or one from
   * `createExternalKeyManager`. By default none can be reached.
   */
  readonly externalKeyManager?: ExternalKeyManager
  /** A pool to take RSA keys from: see `createRsaPool`. Without one, each key is generated on demand. */
  readonly rsaPool?: RsaPool
  /** The most keys, and versions of a key. Defaults to the profile's limits; `Infinity` lifts one. */
  readonly limits?: { readonly keys?: number; readonly versions?: number }
  /** How many of the latest calls the audit trail keeps. Defaults to 100,000; `Infinity` keeps all, 0 none. */
  readonly auditLimit?: number
  /**
   * Turns local RBAC on: calls through a view with `principals` need a role for what they do. Without it, every call may
   * do everything. Managed HSM only.
   */
  readonly accessControl?: AccessControlOptions
}

/** Who has which rights when an HSM with access control is created. */
export interface AccessControlOptions {
  /** The object ids that get the role `Managed HSM Administrator` at `/`: at least 1, at most 10. */
  readonly administrators: readonly string[]
}

const ORIGIN = /^https?:\/\/[^/?#\s]+$/i

/** Returns the address in lower case, without a trailing slash. */
export function checkBaseUrl(baseUrl: string): string {
  const origin = printable(baseUrl).replace(/\/+$/, '')
  if (!ORIGIN.test(origin)) {
    throw badParameter(
      `The baseUrl must be a scheme and a host, without a path: ${printable(baseUrl)}`,
    )
  }
  return origin.toLowerCase()
}

/** Checks `softDeleteRetentionDays`. */
export function checkRetention(days: number): number {
  if (Number.isInteger(days) && days >= 7 && days <= 90) return days
  throw badParameter(
    `softDeleteRetentionDays must be a whole number from 7 to 90, not ${printable(days)}.`,
  )
}

/** Checks `settlingSeconds`. */
export function checkSettling(seconds: number): number {
  if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds
  throw badParameter(`settlingSeconds must be a whole number from 0 on, not ${printable(seconds)}.`)
}

/** Checks an option that is `true` or `false`. */
export function checkBoolean(name: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value
  throw badParameter(`${name} must be true or false.`)
}

/** Checks `securityDomain`: one from `createSecurityDomain`, not a copy. */
export function checkSecurityDomain(domain: SecurityDomain): SecurityDomain {
  if (domain.secret instanceof Secret && typeof domain.id === 'string') return domain
  throw badParameter('The securityDomain must be one from createSecurityDomain.')
}

/** Checks `activated`: only a Managed HSM can be created without activation. */
export function checkActivated(activated: boolean, { family }: Profile): boolean {
  if (checkBoolean('activated', activated) || family === 'managed-hsm') return activated
  throw badParameter('A vault needs no activation: leave out the option activated.')
}

/** Checks `rsaPool`. */
export function checkRsaPool(pool: RsaPool | undefined): RsaPool | undefined {
  if (pool !== undefined) contentsOf(pool)
  return pool
}

/** Checks `attestationKeys`. What it returns is checked when a token is verified. */
export function checkAttestationKeys(attestationKeys: AttestationKeys): AttestationKeys {
  if (typeof attestationKeys === 'function') return attestationKeys
  throw badParameter('attestationKeys must be a function that returns the keys of an authority.')
}

/** Checks a limit of keys or versions. */
export function checkLimit(name: string, limit: number): number {
  if ((Number.isInteger(limit) && limit > 0) || limit === Number.POSITIVE_INFINITY) return limit
  throw badParameter(
    `limits.${name} must be a whole number above zero or Infinity, not ${printable(limit)}.`,
  )
}

/** Checks `auditLimit`. */
export function checkAuditLimit(limit: number): number {
  if ((Number.isInteger(limit) && limit >= 0) || limit === Number.POSITIVE_INFINITY) return limit
  throw badParameter(
    `auditLimit must be a whole number from 0 on or Infinity, not ${printable(limit)}.`,
  )
}

/** As for the creation of a Managed HSM, which takes as many. */
const MOST_ADMINISTRATORS = 10

/** Checks `accessControl`; returns the administrators. */
export function checkAccessControl(
  { family }: Profile,
  { administrators }: AccessControlOptions,
): readonly string[] {
  if (family !== 'managed-hsm') {
    throw badParameter('accessControl: only a Managed HSM has local role-based access control.')
  }
  const count = administrators?.length ?? 0
  if (count < 1 || count > MOST_ADMINISTRATORS) {
    throw badParameter(
      `accessControl.administrators must have 1 to ${MOST_ADMINISTRATORS} object ids, not ${count}.`,
    )
  }
  return administrators.map((each) => checkPrincipal('accessControl.administrators', each))
}

/** The most characters of a caller that the audit trail keeps: a GUID has 36, an e-mail address at most 254. */
const LONGEST_CALLER = 256

/** Returns the caller as the audit trail keeps it: a copy, cut to 256 characters. */
export function callerOf(caller: string | undefined): string | undefined {
  return caller && copyOfText(caller, LONGEST_CALLER)
}

const {
  boolean,
  function: aFunction,
  listOf,
  members,
  number,
  object,
  string,
  stringOrBytes,
} = OPTION_CHECKS

/** The options of access control. */
export const ACCESS_CONTROL_OPTIONS: OptionTable<AccessControlOptions> =
  optionTable<AccessControlOptions>({
    administrators: listOf(string),
  })

/** The options of `createHsm`: their ranges are checked by the functions above. */
export const HSM_OPTIONS: OptionTable<HsmOptions> = optionTable<HsmOptions>({
  baseUrl: string,
  profile: string,
  softDeleteRetentionDays: number,
  purgeProtection: boolean,
  clock: aFunction,
  seed: stringOrBytes,
  securityDomain: object,
  activated: boolean,
  settlingSeconds: number,
  strict: boolean,
  attestationKeys: aFunction,
  externalKeyManager: aFunction,
  rsaPool: object,
  limits: members(
    optionTable<NonNullable<HsmOptions['limits']>>({ keys: number, versions: number }),
  ),
  auditLimit: number,
  accessControl: members(ACCESS_CONTROL_OPTIONS),
})
