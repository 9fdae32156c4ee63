/** What is inside a backup: the whole record as JSON, its private keys as PKCS#8 or raw octets. */

import {
  exportPkcs8,
  fromBase64url,
  importPkcs8,
  type KeyMaterial,
  makeOctKey,
  octetsToUtf8,
  Secret,
  toBase64url,
  utf8ToOctets,
} from '@pocket-hsm/crypto'
import type { KeyVersion } from '@pocket-hsm/lifecycle'
import type { HsmKeyRecord, StoredKey } from './hsm-state.ts'
import type { KeyType } from './profiles.ts'

/** Names the layout; a blob that says anything else is not read. */
const FORMAT = 'pocket-hsm/backup/1'

interface PrintedVersion extends Omit<KeyVersion<StoredKey>, 'material'> {
  readonly kty: KeyType
  /** PKCS#8 for RSA and EC, the raw octets for oct: base64url. */
  readonly material: string
}

interface PrintedRecord {
  readonly format: typeof FORMAT
  readonly name: string
  readonly versions: readonly PrintedVersion[]
}

/** Prints a record for sealing: these octets hold private keys in the clear. */
export function printBackupRecord({ name, versions }: HsmKeyRecord): Uint8Array {
  const printed: PrintedRecord = {
    format: FORMAT,
    name,
    versions: versions.map(({ material, ...version }) => ({
      ...version,
      kty: material.kty,
      material: toBase64url(printMaterial(material.key)),
    })),
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
  return {
    name: printed.name,
    state: 'active',
    versions: printed.versions.map(({ kty, material, ...version }) => ({
      ...version,
      material: { kty, key: parseMaterial(kty, fromBase64url(material)) },
    })),
  }
}

function printMaterial(key: KeyMaterial): Uint8Array {
  return key.kty === 'oct' ? Secret.reveal(key.secretKey) : exportPkcs8(key)
}

function parseMaterial(kty: KeyType, octets: Uint8Array): KeyMaterial {
  return kty.startsWith('oct') ? makeOctKey(octets) : importPkcs8(octets)
}
