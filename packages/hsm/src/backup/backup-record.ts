/** The content of a backup: the whole record as JSON, its private keys as PKCS#8 or raw bytes. */

import {
  bytesToUtf8,
  fromBase64url,
  type KeyMaterial,
  toBase64url,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import type { RotationPolicy } from '@pocket-hsm/lifecycle'
import { type KeyType, kindOf } from '../service/profiles.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'
import { fromPrivateBytes, toPrivateBytes } from '../state/private-bytes.ts'
import { parseVersion, serializeVersion, type VersionJson } from '../state/version-json.ts'

/** Names the layout; a blob that says anything else is not read. */
const FORMAT = 'pocket-hsm/backup/1'

interface Printed {
  readonly format: typeof FORMAT
  readonly name: string
  /** Their material: PKCS#8 for RSA, EC and AKP, the raw bytes for oct, in base64url. */
  readonly versions: readonly VersionJson<string>[]
  readonly rotationPolicy?: RotationPolicy
}

/** Prints a record for sealing: these bytes hold private keys in the clear. */
export function serializeBackupRecord(record: HsmKeyRecord): Uint8Array {
  const { name, versions, rotationPolicy } = record
  const json: Printed = {
    format: FORMAT,
    name,
    // Which notices were emitted is known only to the HSM that emitted them.
    versions: versions.map(({ noticed: _, ...version }) => serializeVersion(version, serializeKey)),
    ...(rotationPolicy && { rotationPolicy }),
  }
  return utf8ToBytes(JSON.stringify(json))
}

/**
 * Reads what {@link serializeBackupRecord} wrote; returns `undefined` for a layout that it does not know.
 * The bytes were authenticated before, so they are what was written.
 */
export function parseBackupRecord(bytes: Uint8Array): HsmKeyRecord | undefined {
  const json = JSON.parse(bytesToUtf8(bytes)) as Printed
  if (json.format !== FORMAT) return undefined
  const { name, versions, rotationPolicy } = json
  return {
    name,
    state: 'active',
    versions: versions.map((version) => parseVersion(version, parseKey)),
    ...(rotationPolicy && { rotationPolicy }),
  }
}

const serializeKey = (key: KeyMaterial): string => toBase64url(toPrivateBytes(key))

const parseKey = (material: string, kty: KeyType): KeyMaterial =>
  fromPrivateBytes(kindOf(kty), fromBase64url(material))
