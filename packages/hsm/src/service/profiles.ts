/** What differs between the services that the engine can be: one row each, no branches elsewhere. */

import type { KeyOperation, RotationRules } from '@pocket-hsm/lifecycle'

/** The services by name. */
export type ProfileName = 'managed-hsm' | 'vault-premium' | 'vault-standard'

/** Managed HSM and Key Vault word their refusals differently. */
export type ServiceFamily = 'managed-hsm' | 'vault'

/** The key types as the wire spells them. */
export type KeyType = 'RSA' | 'RSA-HSM' | 'EC' | 'EC-HSM' | 'oct' | 'oct-HSM' | 'AKP' | 'AKP-HSM'

/** The kinds of key, whatever protects them. */
export type KeyKind = 'RSA' | 'EC' | 'oct' | 'AKP'

/** One service. */
export interface Profile {
  readonly family: ServiceFamily
  readonly baseUrl: string
  /** From the type asked for, in lower case, to the type made; a type that is not here is refused. */
  readonly keyTypes: Readonly<Record<string, KeyType>>
  /** The types, in lower case, that exist but need another tier of the service. */
  readonly hardwareKeyTypes: readonly string[]
  /** The `hsmPlatform` attribute by key type. */
  readonly hsmPlatform: Readonly<Partial<Record<KeyType, string>>>
  /** `creation`: oldest first. `name`: by upper-cased name, and versions by their identifier. */
  readonly listOrder: 'creation' | 'name'
  /** Whether the `n` of an imported key keeps the leading zeros that it was sent with. */
  readonly keepsSentModulus: boolean
  readonly maxKeys: number
  readonly maxVersions: number
  /** The most versions of a key that can be backed up. */
  readonly maxBackedUpVersions: number
  /** Whether messages end with the activity's GUID. */
  readonly activityId: boolean
  /** Whether the service hands out random bytes. */
  readonly randomBytes: boolean
  readonly rotation: RotationRules
  /** Whether a strict service rotates no key that has no rotation policy. */
  readonly rotationNeedsPolicy: boolean
  /** Whether a Notify action is kept, and added where a policy has none; dropped otherwise. */
  readonly notifies: boolean
  /** Which types may be exportable, and the rule that refuses the others. */
  readonly exportable: {
    readonly types: readonly KeyType[]
    readonly otherwise: 'exportableNotSupported' | 'exportableSoftwareKey'
  }
  /** Whether one release policy governs all versions of a key, or each version has its own. */
  readonly releasePolicyOwner: 'key' | 'version'
  /** Whether the bundle of a deleted key shows its release policy. */
  readonly deletedReleasePolicy: boolean
  /** Whether the service attests keys. */
  readonly keyAttestation: boolean
  /** Whether the service makes wrapped keys, and unwraps them for attested targets. */
  readonly secureWrap: boolean
  /** Whether keys can be those of an external key manager. */
  readonly externalKeys: boolean
}

const VAULT = {
  family: 'vault',
  baseUrl: 'https://pocket.vault.azure.net',
  listOrder: 'name',
  keepsSentModulus: true,
  maxKeys: Number.POSITIVE_INFINITY,
  maxVersions: Number.POSITIVE_INFINITY,
  maxBackedUpVersions: 500,
  activityId: false,
  randomBytes: false,
  rotation: { leastExpiryDays: 28, leastDaysAfterCreate: 7, leastDaysBeforeExpiry: 7 },
  rotationNeedsPolicy: false,
  notifies: true,
  releasePolicyOwner: 'key',
  deletedReleasePolicy: false,
  keyAttestation: false,
  secureWrap: false,
  externalKeys: false,
  hardwareKeyTypes: [],
} as const

/** The services. A Managed HSM upgrades every type to its -HSM form. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  'managed-hsm': {
    family: 'managed-hsm',
    baseUrl: 'https://pocket.managedhsm.azure.net',
    keyTypes: {
      rsa: 'RSA-HSM',
      'rsa-hsm': 'RSA-HSM',
      ec: 'EC-HSM',
      'ec-hsm': 'EC-HSM',
      oct: 'oct-HSM',
      'oct-hsm': 'oct-HSM',
      // A name that older clients use.
      aes: 'oct-HSM',
      // ML-DSA: the previews of the API of 2026 have it, for a Managed HSM.
      akp: 'AKP-HSM',
      'akp-hsm': 'AKP-HSM',
    },
    hardwareKeyTypes: [],
    hsmPlatform: { 'RSA-HSM': '2', 'EC-HSM': '2', 'oct-HSM': '2', 'AKP-HSM': '2' },
    listOrder: 'creation',
    keepsSentModulus: false,
    maxKeys: 5000,
    maxVersions: 100,
    maxBackedUpVersions: Number.POSITIVE_INFINITY,
    activityId: true,
    randomBytes: true,
    rotation: { leastExpiryDays: 28, leastDaysAfterCreate: 28, leastDaysBeforeExpiry: 0 },
    rotationNeedsPolicy: true,
    notifies: false,
    exportable: {
      types: ['RSA-HSM', 'EC-HSM', 'oct-HSM', 'AKP-HSM'],
      otherwise: 'exportableSoftwareKey',
    },
    releasePolicyOwner: 'version',
    deletedReleasePolicy: true,
    keyAttestation: true,
    secureWrap: true,
    externalKeys: true,
  },
  'vault-premium': {
    ...VAULT,
    keyTypes: { rsa: 'RSA', 'rsa-hsm': 'RSA-HSM', ec: 'EC', 'ec-hsm': 'EC-HSM' },
    hsmPlatform: { RSA: '0', EC: '0', 'RSA-HSM': '2', 'EC-HSM': '2' },
    exportable: { types: ['RSA-HSM', 'EC-HSM'], otherwise: 'exportableSoftwareKey' },
  },
  'vault-standard': {
    ...VAULT,
    keyTypes: { rsa: 'RSA', ec: 'EC' },
    hardwareKeyTypes: ['rsa-hsm', 'ec-hsm'],
    hsmPlatform: { RSA: '0', EC: '0' },
    exportable: { types: [], otherwise: 'exportableNotSupported' },
  },
}

/** The operations of a kind of key. */
export interface KeyKindRow {
  /** The `key_ops` of a key that is made without any; the text that refuses others names them as supported. */
  readonly defaultKeyOps: readonly KeyOperation[]
  readonly allowedKeyOps: readonly KeyOperation[]
}

/** The operations of services with {@link Profile.secureWrap} only. */
export const SECURE_OPS: readonly KeyOperation[] = ['secureWrapKey', 'secureUnwrapKey']

const CIPHER_OPS = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'] as const
const SIGNATURE_OPS = ['sign', 'verify'] as const

/** The operations of an external key, whatever its kind. */
export const EXTERNAL_KEY_OPS: readonly KeyOperation[] = ['wrapKey', 'unwrapKey']

/** The kinds of key. */
export const KEY_KINDS: Readonly<Record<KeyKind, KeyKindRow>> = {
  RSA: {
    defaultKeyOps: ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'],
    allowedKeyOps: [...CIPHER_OPS, ...SIGNATURE_OPS, 'import', 'export', ...SECURE_OPS],
  },
  EC: { defaultKeyOps: SIGNATURE_OPS, allowedKeyOps: [...SIGNATURE_OPS, 'export'] },
  oct: {
    // The recorded order varies from key to key.
    defaultKeyOps: ['deriveKey', 'wrapKey', 'verify', 'sign', 'unwrapKey', 'encrypt', 'decrypt'],
    allowedKeyOps: [...CIPHER_OPS, ...SIGNATURE_OPS, 'deriveKey', 'export', ...SECURE_OPS],
  },
  AKP: { defaultKeyOps: SIGNATURE_OPS, allowedKeyOps: [...SIGNATURE_OPS, 'export'] },
}

const KIND_OF: Readonly<Record<KeyType, KeyKind>> = {
  RSA: 'RSA',
  'RSA-HSM': 'RSA',
  EC: 'EC',
  'EC-HSM': 'EC',
  oct: 'oct',
  'oct-HSM': 'oct',
  AKP: 'AKP',
  'AKP-HSM': 'AKP',
}

/** Returns the kind of a type: the type without `-HSM`. */
export function kindOf(kty: KeyType): KeyKind {
  return KIND_OF[kty]
}
