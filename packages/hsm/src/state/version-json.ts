/** One version of a key as JSON, for a backup and for a state export: they differ in how they write the key itself. */

import { fromBase64url, type KeyMaterial, toBase64url } from '@pocket-hsm/crypto'
import type { KeyVersion, ReleasePolicy } from '@pocket-hsm/lifecycle'
import type { KeyType } from '../service/profiles.ts'
import type { ExternalKeyFacts, StoredKey } from './hsm-state.ts'

/** A version with nothing in it that JSON has no form for. */
export interface VersionJson<KeyJson>
  extends Omit<KeyVersion<StoredKey>, 'material' | 'releasePolicy'> {
  readonly releasePolicy?: Omit<ReleasePolicy, 'data'> & { readonly data: string }
  readonly kty: KeyType
  /** Absent from an external key. */
  readonly material?: KeyJson
  readonly sentModulus?: string
  readonly external?: ExternalKeyFacts
}

/** Prints a version, its private key in the clear. */
export function serializeVersion<KeyJson>(
  { material, releasePolicy, ...rest }: KeyVersion<StoredKey>,
  serializeKey: (key: KeyMaterial) => KeyJson,
): VersionJson<KeyJson> {
  const policy = releasePolicy && { ...releasePolicy, data: toBase64url(releasePolicy.data) }
  return {
    ...rest,
    ...(policy && { releasePolicy: policy }),
    ...materialJson(material, serializeKey),
  }
}

function materialJson<KeyJson>(
  material: StoredKey,
  serializeKey: (key: KeyMaterial) => KeyJson,
): Pick<VersionJson<KeyJson>, 'kty' | 'material' | 'sentModulus' | 'external'> {
  const { kty } = material
  if (material.external !== undefined) return { kty, external: material.external }
  const { key, sentModulus } = material
  return {
    kty,
    material: serializeKey(key),
    ...(sentModulus !== undefined && { sentModulus }),
  }
}

/** Reads what {@link serializeVersion} json. */
export function parseVersion<KeyJson>(
  { kty, material, sentModulus, external, releasePolicy, ...rest }: VersionJson<KeyJson>,
  parseKey: (json: KeyJson, kty: KeyType) => KeyMaterial,
): KeyVersion<StoredKey> {
  const policy = releasePolicy && { ...releasePolicy, data: fromBase64url(releasePolicy.data) }
  const withPolicy = { ...rest, ...(policy && { releasePolicy: policy }) }
  if (external !== undefined) return { ...withPolicy, material: { kty, external } }
  const key = parseKey(material as KeyJson, kty)
  return {
    ...withPolicy,
    material: { kty, key, ...(sentModulus !== undefined && { sentModulus }) },
  }
}
