/** One version of a key as JSON, for a backup and for a state export: they differ in how they write the key itself. */

import { fromBase64url, type KeyMaterial, toBase64url } from '@pocket-hsm/crypto'
import type { KeyVersion, ReleasePolicy } from '@pocket-hsm/lifecycle'
import type { KeyType } from '../service/profiles.ts'
import type { StoredKey } from './hsm-state.ts'

/** A version with nothing in it that JSON has no form for. */
export interface VersionJson<KeyJson>
  extends Omit<KeyVersion<StoredKey>, 'material' | 'releasePolicy'> {
  readonly releasePolicy?: Omit<ReleasePolicy, 'data'> & { readonly data: string }
  readonly kty: KeyType
  readonly material: KeyJson
  readonly sentModulus?: string
}

/** Prints a version, its private key in the clear. */
export function serializeVersion<KeyJson>(
  { material: { kty, key, sentModulus }, releasePolicy, ...rest }: KeyVersion<StoredKey>,
  serializeKey: (key: KeyMaterial) => KeyJson,
): VersionJson<KeyJson> {
  const policy = releasePolicy && { ...releasePolicy, data: toBase64url(releasePolicy.data) }
  return {
    ...rest,
    ...(policy && { releasePolicy: policy }),
    kty,
    material: serializeKey(key),
    ...(sentModulus !== undefined && { sentModulus }),
  }
}

/** Reads what {@link serializeVersion} json. */
export function parseVersion<KeyJson>(
  { kty, material, sentModulus, releasePolicy, ...rest }: VersionJson<KeyJson>,
  parseKey: (json: KeyJson, kty: KeyType) => KeyMaterial,
): KeyVersion<StoredKey> {
  const policy = releasePolicy && { ...releasePolicy, data: fromBase64url(releasePolicy.data) }
  const key = parseKey(material, kty)
  return {
    ...rest,
    ...(policy && { releasePolicy: policy }),
    material: { kty, key, ...(sentModulus !== undefined && { sentModulus }) },
  }
}
