/** One version of a key as JSON, for a backup and for a state export: they differ in how they write the key itself. */

import { fromBase64url, type KeyMaterial, toBase64url } from '@pocket-hsm/crypto'
import type { KeyVersion, ReleasePolicy } from '@pocket-hsm/lifecycle'
import type { KeyType } from '../service/profiles.ts'
import type { StoredKey } from './hsm-state.ts'

/** A version with nothing in it that JSON has no form for. */
export interface PrintedVersion<PrintedKey>
  extends Omit<KeyVersion<StoredKey>, 'material' | 'releasePolicy'> {
  readonly releasePolicy?: Omit<ReleasePolicy, 'data'> & { readonly data: string }
  readonly kty: KeyType
  readonly material: PrintedKey
}

/** Prints a version, its private key in the clear. */
export function printVersion<PrintedKey>(
  { material: { kty, key }, releasePolicy, ...rest }: KeyVersion<StoredKey>,
  printKey: (key: KeyMaterial) => PrintedKey,
): PrintedVersion<PrintedKey> {
  const policy = releasePolicy && { ...releasePolicy, data: toBase64url(releasePolicy.data) }
  return { ...rest, ...(policy && { releasePolicy: policy }), kty, material: printKey(key) }
}

/** Reads what {@link printVersion} printed. */
export function parseVersion<PrintedKey>(
  { kty, material, releasePolicy, ...rest }: PrintedVersion<PrintedKey>,
  parseKey: (printed: PrintedKey, kty: KeyType) => KeyMaterial,
): KeyVersion<StoredKey> {
  const policy = releasePolicy && { ...releasePolicy, data: fromBase64url(releasePolicy.data) }
  const key = parseKey(material, kty)
  return { ...rest, ...(policy && { releasePolicy: policy }), material: { kty, key } }
}
