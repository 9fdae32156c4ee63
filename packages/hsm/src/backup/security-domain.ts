/** The security domain: what binds a backup to the HSMs that may restore it. */

import { bytesToHex, hkdf, type RandomSource, Secret, utf8ToBytes } from '@pocket-hsm/crypto'
import { hostRandom } from '../host.ts'

/** A secret that HSMs share to restore one another's backups. Opaque: nothing of the secret prints. */
export interface SecurityDomain {
  /** Identifies the domain in its backups: 32 hexadecimal digits that reveal nothing about the secret. */
  readonly id: string
  readonly secret: Secret<Uint8Array>
}

/**
 * Makes a new security domain.
 *
 * @param random - The source of its 32 bytes. Defaults to the host's generator.
 * @see Managed HSM security domain overview
 *
 * @example
 * ```ts
 * import { backupKey, createHsm, createKey, createSecurityDomain, restoreKey } from 'pocket-hsm'
 *
 * const securityDomain = createSecurityDomain()
 * const here = createHsm({ securityDomain })
 * const there = createHsm({ securityDomain })
 * createKey(here, 'orders', { kty: 'oct-HSM' })
 * restoreKey(there, backupKey(here, 'orders')).key.kty // 'oct-HSM'
 * ```
 */
export function createSecurityDomain(random: RandomSource = hostRandom): SecurityDomain {
  const secret = random(32)
  return Object.freeze({
    id: bytesToHex(derived(secret, 'security domain id', 16)),
    secret: new Secret(secret),
  })
}

/** The 64 bytes that encrypt and authenticate backups. */
export function backupProtectionKey(domain: SecurityDomain): Uint8Array {
  return derived(Secret.reveal(domain.secret), 'backup-protection-key', 64)
}

/** The keys of a domain's state exports: one encrypts and authenticates, the other makes IVs. */
export interface StateProtectionKeys {
  /** 64 bytes. */
  readonly content: Uint8Array
  /** 64 bytes. */
  readonly iv: Uint8Array
}

/** An export may be made after every change, so the derived keys are kept for as long as the domain. */
const stateKeys = new WeakMap<SecurityDomain, StateProtectionKeys>()

/** The keys that protect state exports. */
export function stateProtectionKeys(domain: SecurityDomain): StateProtectionKeys {
  const known = stateKeys.get(domain)
  if (known !== undefined) return known
  const secret = Secret.reveal(domain.secret)
  const keys = {
    content: derived(secret, 'state-protection-key', 64),
    iv: derived(secret, 'state-iv-key', 64),
  }
  stateKeys.set(domain, keys)
  return keys
}

/** RFC 5869 with an empty salt; `info` keeps the uses of the secret apart. */
function derived(secret: Uint8Array, info: string, length: number): Uint8Array {
  return hkdf('SHA-256', secret, new Uint8Array(0), utf8ToBytes(info), length)
}
