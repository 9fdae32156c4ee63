/** What is inside a backup: the whole record as JSON, its private keys as PKCS#8 or raw octets. */

import { fromBase64url, octetsToUtf8, toBase64url, utf8ToOctets } from '@pocket-hsm/crypto'
import type { KeyVersion, ReleasePolicy, RotationPolicy } from '@pocket-hsm/lifecycle'
import type { HsmKeyRecord, StoredKey } from './hsm-state.ts'
import { fromPrivateOctets, toPrivateOctets } from './private-octets.ts'
import { type KeyType, kindOf } from './profiles.ts'

/** Names the layout; a blob that says anything else is not read. */
const FORMAT = 'pocket-hsm/backup/1'

interface PrintedVersion extends Omit<KeyVersion<StoredKey>, 'material' | 'releasePolicy'> {
  readonly releasePolicy?: Omit<ReleasePolicy, 'data'> & { readonly data: string }
  readonly kty: KeyType
  /** PKCS#8 for RSA and EC, the raw octets for oct: base64url. */
  readonly material: string
}

interface PrintedRecord {
  readonly format: typeof FORMAT
  readonly name: string
  readonly versions: readonly PrintedVersion[]
  readonly rotationPolicy?: RotationPolicy
}

/** Prints a record for sealing: these octets hold private keys in the clear. */
export function printBackupRecord(record: HsmKeyRecord): Uint8Array {
  const { name, versions, rotationPolicy } = record
  const printed: PrintedRecord = {
    format: FORMAT,
    name,
    versions: versions.map(printVersion),
    ...(rotationPolicy && { rotationPolicy }),
  }
  return utf8ToOctets(JSON.stringify(printed))
}

/**
 * Reads what {@link printBackupRecord} printed, or answers nothing for a layout that it does not know.
 * The octets were authenticated before, so what is in them is what was printed.
 */
export function parseBackupRecord(octets: Uint8Array): HsmKeyRecord | undefined {
  const printed = JSON.parse(octetsToUtf8(octets)) as PrintedRecord
  if (printed.format !== FORMAT) return undefined
  const { name, versions, rotationPolicy } = printed
  return {
    name,
    state: 'active',
    versions: versions.map(parseVersion),
    ...(rotationPolicy && { rotationPolicy }),
  }
}

function printVersion({
  material: { kty, key },
  releasePolicy,
  ...rest
}: KeyVersion<StoredKey>): PrintedVersion {
  const policy = releasePolicy && { ...releasePolicy, data: toBase64url(releasePolicy.data) }
  const material = toBase64url(toPrivateOctets(key))
  return { ...rest, ...(policy && { releasePolicy: policy }), kty, material }
}

function parseVersion({
  kty,
  material,
  releasePolicy,
  ...rest
}: PrintedVersion): KeyVersion<StoredKey> {
  const policy = releasePolicy && { ...releasePolicy, data: fromBase64url(releasePolicy.data) }
  const key = fromPrivateOctets(kindOf(kty), fromBase64url(material))
  return { ...rest, ...(policy && { releasePolicy: policy }), material: { kty, key } }
}
