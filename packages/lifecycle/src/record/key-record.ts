/** The key record: everything that the life cycle knows about a key. Immutable: every change creates a new value. */

import type { RotationPolicy } from './rotation-policy.ts'

/** The entries of `key_ops` (RFC 7517 section 4.3, and Key Vault's `import` and `export`). No operation uses `deriveKey`. */
export type KeyOperation =
  | 'encrypt'
  | 'decrypt'
  | 'sign'
  | 'verify'
  | 'wrapKey'
  | 'unwrapKey'
  | 'secureWrapKey'
  | 'secureUnwrapKey'
  | 'deriveKey'
  | 'import'
  | 'export'

/** The attributes of one version. Instants are whole Unix seconds. */
export interface VersionAttributes {
  /** With `false`, every cryptographic operation is refused. */
  readonly enabled: boolean
  /** Not before: usable from this instant. */
  readonly nbf?: number
  /** Expiry: usable before this instant. */
  readonly exp?: number
  /** When this version was created. */
  readonly created: number
  /** When this version was last changed; initially `created`. */
  readonly updated: number
  /** Whether the private key may be released. Fixed by the first version. */
  readonly exportable: boolean
}

/** One version of a key. `Material` is opaque: this package never reads it. */
export interface KeyVersion<Material> {
  /** 32 lower-case hexadecimal digits. */
  readonly version: string
  readonly material: Material
  readonly keyOps: readonly KeyOperation[]
  readonly attributes: VersionAttributes
  /** Absent or empty if there are none. */
  readonly tags?: Readonly<Record<string, string>>
  /** Present for an exportable version: the conditions for its release. */
  readonly releasePolicy?: ReleasePolicy
  /** The last notice emitted for this version, and the expiry it was about. Absent if there was none. */
  readonly noticed?: { readonly type: NoticeType; readonly exp: number }
}

/** The notices about a version, in the order in which they are due. */
export type NoticeType = 'nearExpiry' | 'expired'

/** A release policy. This package reads only `immutable`. */
export interface ReleasePolicy {
  readonly contentType: string
  /** The policy document: UTF-8 bytes of JSON. */
  readonly data: Uint8Array
  /** If true, neither the document nor this flag may change. */
  readonly immutable: boolean
}

/** The states in which a key is stored. A key in the sixth state, `absent`, has no record. */
export type StoredState = 'active' | 'deleting' | 'deleted' | 'recovering' | 'purging'

/** The states of the life cycle. */
export type KeyState = 'absent' | StoredState

/** A key: its name, its state and all its versions. */
export interface KeyRecord<Material> {
  /** The name, as spelled when the key was created. */
  readonly name: string
  readonly state: StoredState
  /** Oldest first; the last one is the current version. Empty while purging, and never otherwise. */
  readonly versions: readonly KeyVersion<Material>[]
  /** Present from deletion until recovery. */
  readonly deletion?: Deletion
  /** When a slow deletion, recovery or purge completes: Unix seconds. Present while deleting, recovering or purging. */
  readonly settlesAt?: number
  /** Absent until a policy is set. */
  readonly rotationPolicy?: RotationPolicy
  /**
   * When the last recovery completed: Unix seconds. Present if the key has a rotation policy or an expiry, until its
   * policy or its current version changes.
   */
  readonly recoveredAt?: number
}

/** When a key was deleted and when it will be purged: Unix seconds. */
export interface Deletion {
  readonly deletedDate: number
  readonly scheduledPurgeDate: number
}

/** The settings of a vault or HSM for all its keys. */
export interface Container {
  /** How long a deleted key can be recovered: 7 to 90 days. */
  readonly softDeleteRetentionDays: number
  /** If true, a deleted key cannot be purged before the end of its retention period. */
  readonly purgeProtection: boolean
  /** Seconds that a deletion, a recovery or a purge takes; 0 completes at once. */
  readonly settlingSeconds: number
}

/**
 * The current version: the newest one, whether or not it is enabled.
 *
 * @example
 * ```ts
 * import { addVersion, currentVersion } from '@pocket-hsm/lifecycle'
 *
 * const first = { version: '0'.repeat(32), material: 'opaque', keyOps: [] }
 * const outcome = addVersion(undefined, 'create', { name: 'orders', ...first, attributes: {} }, 1_700_000_000)
 * if ('refused' in outcome) throw new Error(outcome.refused)
 * currentVersion(outcome.record).attributes.created // 1700000000
 * ```
 */
export function currentVersion<Material>(record: KeyRecord<Material>): KeyVersion<Material> {
  return record.versions[record.versions.length - 1] as KeyVersion<Material>
}
