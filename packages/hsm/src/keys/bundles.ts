/** What the operations return: the shapes of the wire, with bytes where the wire has base64url. */

import { type JsonWebKey, toPublicJwk } from '@pocket-hsm/crypto'
import {
  currentVersion,
  type Deletion,
  type KeyOperation,
  type KeyVersion,
  type ReleasePolicy,
  recoveryLevel,
} from '@pocket-hsm/lifecycle'
import type { ExternalKeyReference } from '../external-keys/external-key-manager.ts'
import { type KeyType, kindOf } from '../service/profiles.ts'
import type { HsmKeyRecord, StoredKey } from '../state/hsm-state.ts'
import type { StepContext } from './key-step.ts'
import { releasePolicyOf } from './release-policy.ts'

/** The public part of a key version. Binary members are base64url, as in every JWK. */
export interface BundleKey {
  /** The key identifier: `{baseUrl}/keys/{name}/{version}`. */
  readonly kid: string
  readonly kty: KeyType
  readonly key_ops: readonly KeyOperation[]
  /** RSA modulus. */
  readonly n?: string
  /** RSA public exponent. */
  readonly e?: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  /** Of an ML-DSA key: `ML-DSA-44`, `ML-DSA-65` or `ML-DSA-87`. */
  readonly alg?: string
  /** ML-DSA public key. */
  readonly pub?: string
}

/** The attributes of a key version. Instants are whole Unix seconds. */
export interface KeyAttributes {
  readonly enabled: boolean
  readonly nbf?: number
  readonly exp?: number
  readonly created: number
  readonly updated: number
  readonly recoverableDays: number
  readonly recoveryLevel: string
  readonly exportable: boolean
  /** `2` for keys of an HSM, `0` for software keys. */
  readonly hsmPlatform?: string
  /** Bits of a symmetric key: 128, 192 or 256. */
  readonly key_size?: number
  /** Of a key that an external key manager has. */
  readonly external_key?: ExternalKeyReference
}

/** A key version with its public part. */
export interface KeyBundle {
  readonly key: BundleKey
  readonly attributes: KeyAttributes
  /** Absent where there are none. */
  readonly tags?: Readonly<Record<string, string>>
  /** Of an exportable key: under which conditions it may be released, as it was given. */
  readonly releasePolicy?: ReleasePolicy
}

/** A key in a list: no public part. */
export interface KeyItem {
  /** Without a version in the list of keys, with it in the list of versions. */
  readonly kid: string
  readonly attributes: KeyAttributes
  readonly tags?: Readonly<Record<string, string>>
}

/** What a deleted key says of its deletion. Instants are whole Unix seconds. */
export interface DeletionFacts {
  /** `{baseUrl}/deletedkeys/{name}`. */
  readonly recoveryId: string
  readonly deletedDate: number
  readonly scheduledPurgeDate: number
}

/** A deleted key: its current version and the facts of its deletion. */
export interface DeletedKeyBundle extends KeyBundle, DeletionFacts {}

/** A deleted key in a list. */
export interface DeletedKeyItem extends KeyItem, DeletionFacts {}

/** What a bundle needs to know of the HSM. */
export type BundleContext = Pick<StepContext, 'baseUrl' | 'profile' | 'container'>

/** Returns the bundle of one version. Defaults to the current one. */
export function keyBundle(
  record: HsmKeyRecord,
  context: BundleContext,
  version: KeyVersion<StoredKey> = currentVersion(record),
): KeyBundle {
  const { material } = version
  const releasePolicy = releasePolicyOf(record, version, context.profile)
  return {
    key: {
      kid: keyIdentifier(record, context, version),
      kty: material.kty,
      key_ops: [...version.keyOps],
      ...publicMembers(material),
    },
    ...attributesAndTags(version, context),
    ...(releasePolicy && {
      releasePolicy: { ...releasePolicy, data: Uint8Array.from(releasePolicy.data) },
    }),
  }
}

function publicMembers(material: StoredKey): Partial<BundleKey> {
  if (material.external !== undefined) {
    const { n, e } = material.external
    return { ...(n !== undefined && { n }), ...(e !== undefined && { e }) }
  }
  const { key, sentModulus } = material
  const { kty: _, ...members }: JsonWebKey = toPublicJwk(key)
  return {
    ...(members as Partial<BundleKey>),
    ...(sentModulus !== undefined && { n: sentModulus }),
  }
}

/** The item of the list of keys. */
export function keyItem(record: HsmKeyRecord, context: BundleContext): KeyItem {
  return {
    kid: `${context.baseUrl}/keys/${record.name}`,
    ...attributesAndTags(currentVersion(record), context),
  }
}

/** The item of the list of versions. */
export function keyVersionItem(
  record: HsmKeyRecord,
  context: BundleContext,
  version: KeyVersion<StoredKey>,
): KeyItem {
  return {
    kid: keyIdentifier(record, context, version),
    ...attributesAndTags(version, context),
  }
}

/** The bundle of a deleted key. */
export function deletedKeyBundle(record: HsmKeyRecord, context: BundleContext): DeletedKeyBundle {
  const { releasePolicy, ...bundle } = keyBundle(record, context)
  return {
    ...deletionFacts(record, context),
    ...bundle,
    ...(releasePolicy && context.profile.deletedReleasePolicy && { releasePolicy }),
  }
}

/** The item of the list of deleted keys. */
export function deletedKeyItem(record: HsmKeyRecord, context: BundleContext): DeletedKeyItem {
  return { ...deletionFacts(record, context), ...keyItem(record, context) }
}

/** The identifier of a version. */
export function keyIdentifier(
  record: HsmKeyRecord,
  { baseUrl }: Pick<BundleContext, 'baseUrl'>,
  { version }: KeyVersion<StoredKey>,
): string {
  return `${baseUrl}/keys/${record.name}/${version}`
}

function deletionFacts(record: HsmKeyRecord, { baseUrl }: BundleContext): DeletionFacts {
  const { deletedDate, scheduledPurgeDate } = record.deletion as Deletion
  return { recoveryId: `${baseUrl}/deletedkeys/${record.name}`, deletedDate, scheduledPurgeDate }
}

function attributesAndTags(
  { attributes, tags, material }: KeyVersion<StoredKey>,
  { profile, container }: BundleContext,
): Pick<KeyBundle, 'attributes' | 'tags'> {
  const hsmPlatform = profile.hsmPlatform[material.kty]
  return {
    attributes: {
      ...attributes,
      recoverableDays: container.softDeleteRetentionDays,
      recoveryLevel: recoveryLevel(container),
      ...(hsmPlatform !== undefined && { hsmPlatform }),
      ...sizeAndReference(material),
    },
    ...(tags && Object.keys(tags).length > 0 && { tags: { ...tags } }),
  }
}

function sizeAndReference({
  kty,
  key,
  external,
}: StoredKey): Pick<KeyAttributes, 'key_size' | 'external_key'> {
  if (external === undefined) return key.kty === 'oct' ? { key_size: key.bits } : {}
  const { id, bits } = external
  return { ...(kindOf(kty) === 'oct' && { key_size: bits }), external_key: { id } }
}
