/** The key record: everything the life cycle knows of a key. Immutable; every change is a new value. */

import type { RotationPolicy } from './rotation-policy.ts'

/** The entries of `key_ops` (RFC 7517 section 4.3, and Key Vault's `import` and `export`). */
export type KeyOperation =
  | 'encrypt'
  | 'decrypt'
  | 'sign'
  | 'verify'
  | 'wrapKey'
  | 'unwrapKey'
  | 'import'
  | 'export'

/** The attributes of one version. Instants are whole Unix seconds. */
export interface VersionAttributes {
  /** `false` refuses every cryptographic operation. */
  readonly enabled: boolean
  /** Not before: usable from this instant on. */
  readonly nbf?: number
  /** Expiry: usable before this instant. */
  readonly exp?: number
  /** When this version was made. */
  readonly created: number
  /** When this version was last changed; equals `created` at first. */
  readonly updated: number
  /** Whether the private key may be released. Fixed with the first version. */
  readonly exportable: boolean
}

/** One version of a key. `Material` is opaque: this package never looks inside. */
export interface KeyVersion<Material> {
  /** 32 lower-case hexadecimal digits. */
  readonly version: string
  readonly material: Material
  readonly keyOps: readonly KeyOperation[]
  readonly attributes: VersionAttributes
  /** Absent or empty where there are none. */
  readonly tags?: Readonly<Record<string, string>>
  /** Present for an exportable version: under which conditions it may be released. */
  readonly releasePolicy?: ReleasePolicy
  /** What was last told about it, and about which expiry; absent where nobody listened or nothing was told. */
  readonly noticed?: { readonly type: NoticeType; readonly exp: number }
}

/** What can be told of a version, in the order in which it falls due. */
export type NoticeType = 'nearExpiry' | 'expired'

/** A release policy as it was given: this package reads none of it but `immutable`. */
export interface ReleasePolicy {
  readonly contentType: string
  /** The policy document: UTF-8 bytes of JSON. */
  readonly data: Uint8Array
  /** Whether neither the document nor this flag may change any more. */
  readonly immutable: boolean
}

/** The states in which a key is stored. A key in the fifth state, `absent`, has no record. */
export type StoredState = 'active' | 'deleting' | 'deleted' | 'recovering'

/** The states of the life cycle. */
export type KeyState = 'absent' | StoredState

/** A key: its name, its state and all its versions. */
export interface KeyRecord<Material> {
  /** As spelled when the key was first made. */
  readonly name: string
  readonly state: StoredState
  /** Oldest first, never empty; the last one is the current version. */
  readonly versions: readonly KeyVersion<Material>[]
  /** Present from the deletion until the key is recovered. */
  readonly deletion?: Deletion
  /** When a slow deletion or recovery completes: Unix seconds. Present while deleting or recovering. */
  readonly settlesAt?: number
  /** Absent until one is set. */
  readonly rotationPolicy?: RotationPolicy
  /** When the key was last back from a recovery: Unix seconds. Kept where a rotation policy or an expiry waits for it. */
  readonly recoveredAt?: number
}

/** When a key was deleted and when it will be purged: Unix seconds. */
export interface Deletion {
  readonly deletedDate: number
  readonly scheduledPurgeDate: number
}

/** What a vault or HSM fixes for all its keys. */
export interface Container {
  /** Days for which a deleted key can be recovered: 7 to 90. */
  readonly softDeleteRetentionDays: number
  /** Whether a deleted key stays until its retention has passed, whatever is asked. */
  readonly purgeProtection: boolean
  /** Seconds that a deletion or a recovery takes; 0 completes at once. */
  readonly settlingSeconds: number
}

/**
 * The current version: the newest one, enabled or not.
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
