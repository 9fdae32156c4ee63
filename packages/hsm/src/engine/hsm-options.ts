/** What an HSM can be made with, and what each option may be. */

import { Secret } from '@pocket-hsm/crypto'
import type { SecurityDomain } from '../backup/security-domain.ts'
import { badParameter, printable } from '../hsm-error.ts'
import { OPTION_CHECKS, type OptionTable, optionTable } from '../options/check-options.ts'
import type { AttestationKeys } from '../release/attestation-keys.ts'
import { contentsOf, type RsaPool } from '../rsa-pool/rsa-pool.ts'
import type { ProfileName } from '../service/profiles.ts'

/** How to make an HSM. Everything has a default. */
export interface HsmOptions {
  /** What key identifiers begin with, for example `https://pocket.managedhsm.azure.net`: scheme and host, no path. */
  readonly baseUrl?: string
  /** Which service to behave like: `managed-hsm` unless told. */
  readonly profile?: ProfileName
  /** Days for which a deleted key can be recovered: 7 to 90, 90 unless told. */
  readonly softDeleteRetentionDays?: number
  /** Whether deleted keys stay until their retention has passed. `false` unless told. */
  readonly purgeProtection?: boolean
  /** The time in milliseconds since 1970. `Date.now` unless told, also when fake timers replace it. */
  readonly clock?: () => number
  /** Fixes all randomness: the same seed and the same calls give the same bytes, on every platform. */
  readonly seed?: string | Uint8Array
  /** Under which backups are made. One of its own unless told; share one to carry backups between HSMs. */
  readonly securityDomain?: SecurityDomain
  /** Seconds that a deletion or a recovery takes on the HSM's clock: 0 unless told, so that both are done at once. */
  readonly settlingSeconds?: number
  /**
   * Refuses what the service leaves open and clients should not rely on: an IV given for GCM, `RSNULL`, `HS256` with
   * a key of other than 256 bits, pages of more than 25, and on a Managed HSM rotation without a policy and Notify
   * actions. `false` unless told.
   */
  readonly strict?: boolean
  /** Whose attestation tokens are accepted when a key is released; nobody's unless told. */
  readonly attestationKeys?: AttestationKeys
  /** Where RSA keys are taken from where it has them, from `createRsaPool`; each is made when asked for unless told. */
  readonly rsaPool?: RsaPool
  /** How many keys and versions of a key it holds; the profile's numbers unless told. `Infinity` lifts a limit. */
  readonly limits?: { readonly keys?: number; readonly versions?: number }
  /** How many calls the audit trail keeps, the latest: 100,000 unless told. `Infinity` keeps all, 0 none. */
  readonly auditLimit?: number
}

const ORIGIN = /^https?:\/\/[^/?#\s]+$/i

/** The address in lower case, without a slash at its end. */
export function checkBaseUrl(baseUrl: string): string {
  const origin = printable(baseUrl).replace(/\/+$/, '')
  if (!ORIGIN.test(origin)) {
    throw badParameter(
      `The baseUrl must be a scheme and a host, without a path: ${printable(baseUrl)}`,
    )
  }
  return origin.toLowerCase()
}

/** Days. */
export function checkRetention(days: number): number {
  if (Number.isInteger(days) && days >= 7 && days <= 90) return days
  throw badParameter(
    `softDeleteRetentionDays must be a whole number from 7 to 90, not ${printable(days)}.`,
  )
}

/** Seconds. */
export function checkSettling(seconds: number): number {
  if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds
  throw badParameter(`settlingSeconds must be a whole number from 0 on, not ${printable(seconds)}.`)
}

/** `true` or `false`, and nothing that is taken for it. */
export function checkBoolean(name: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value
  throw badParameter(`${name} must be true or false.`)
}

/** Whether it answers a time is seen when it is asked. */
export function checkClock(clock: () => number): () => number {
  if (typeof clock === 'function') return clock
  throw badParameter('The clock must be a function that answers milliseconds since 1970.')
}

/** One from `createSecurityDomain`, not a copy of one. */
export function checkSecurityDomain(domain: SecurityDomain): SecurityDomain {
  if (domain.secret instanceof Secret && typeof domain.id === 'string') return domain
  throw badParameter('The securityDomain must be one from createSecurityDomain.')
}

/** One from `createRsaPool`, or none. */
export function checkRsaPool(pool: RsaPool | undefined): RsaPool | undefined {
  if (pool !== undefined) contentsOf(pool)
  return pool
}

/** Whose answers are looked at when a token comes. */
export function checkAttestationKeys(attestationKeys: AttestationKeys): AttestationKeys {
  if (typeof attestationKeys === 'function') return attestationKeys
  throw badParameter('attestationKeys must be a function that answers the keys of an authority.')
}

/** A number of keys or versions. */
export function checkLimit(name: string, limit: number): number {
  if ((Number.isInteger(limit) && limit > 0) || limit === Number.POSITIVE_INFINITY) return limit
  throw badParameter(
    `limits.${name} must be a whole number above zero or Infinity, not ${printable(limit)}.`,
  )
}

/** A number of calls. */
export function checkAuditLimit(limit: number): number {
  if ((Number.isInteger(limit) && limit >= 0) || limit === Number.POSITIVE_INFINITY) return limit
  throw badParameter(
    `auditLimit must be a whole number from 0 on or Infinity, not ${printable(limit)}.`,
  )
}

/** Any text. */
export function checkCaller(caller: string | undefined): string | undefined {
  if (caller === undefined || typeof caller === 'string') return caller
  throw badParameter(`The caller must be text, not ${printable(caller)}.`)
}

const {
  boolean,
  function: aFunction,
  members,
  number,
  object,
  string,
  stringOrBytes,
} = OPTION_CHECKS

/** The options of `createHsm`: their ranges are checked by the functions above. */
export const HSM_OPTIONS: OptionTable<HsmOptions> = optionTable<HsmOptions>({
  baseUrl: string,
  profile: string,
  softDeleteRetentionDays: number,
  purgeProtection: boolean,
  clock: aFunction,
  seed: stringOrBytes,
  securityDomain: object,
  settlingSeconds: number,
  strict: boolean,
  attestationKeys: aFunction,
  rsaPool: object,
  limits: members(
    optionTable<NonNullable<HsmOptions['limits']>>({ keys: number, versions: number }),
  ),
  auditLimit: number,
})
