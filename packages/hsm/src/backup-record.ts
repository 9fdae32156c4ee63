/** What is inside a backup: the whole record as JSON, its private keys as PKCS#8 or raw octets. */

import {
  fromBase64url,
  type KeyMaterial,
  octetsToUtf8,
  toBase64url,
  utf8ToOctets,
} from '@pocket-hsm/crypto'
import type { RotationPolicy } from '@pocket-hsm/lifecycle'
import type { HsmKeyRecord } from './hsm-state.ts'
import { type PrintedVersion, parseVersion, printVersion } from './printed-version.ts'
import { fromPrivateOctets, toPrivateOctets } from './private-octets.ts'
import { type KeyType, kindOf } from './profiles.ts'

/** Names the layout; a blob that says anything else is not read. */
const FORMAT = 'pocket-hsm/backup/1'

interface Printed {
  readonly format: typeof FORMAT
  readonly name: string
  /** Their material: PKCS#8 for RSA and EC, the raw octets for oct, in base64url. */
  readonly versions: readonly PrintedVersion<string>[]
  readonly rotationPolicy?: RotationPolicy
}

/** Prints a record for sealing: these octets hold private keys in the clear. */
export function printBackupRecord(record: HsmKeyRecord): Uint8Array {
  const { name, versions, rotationPolicy } = record
  const printed: Printed = {
    format: FORMAT,
    name,
    // What was told of a version is known to the HSM that told it.
    versions: versions.map(({ noticed: _, ...version }) => printVersion(version, printKey)),
    ...(rotationPolicy && { rotationPolicy }),
  }
  return utf8ToOctets(JSON.stringify(printed))
}

/**
 * Reads what {@link printBackupRecord} printed, or answers nothing for a layout that it does not know.
 * The octets were authenticated before, so what is in them is what was printed.
 */
export function parseBackupRecord(octets: Uint8Array): HsmKeyRecord | undefined {
  const printed = JSON.parse(octetsToUtf8(octets)) as Printed
  if (printed.format !== FORMAT) return undefined
  const { name, versions, rotationPolicy } = printed
  return {
    name,
    state: 'active',
    versions: versions.map((version) => parseVersion(version, parseKey)),
    ...(rotationPolicy && { rotationPolicy }),
  }
}

const printKey = (key: KeyMaterial): string => toBase64url(toPrivateOctets(key))

const parseKey = (material: string, kty: KeyType): KeyMaterial =>
  fromPrivateOctets(kindOf(kty), fromBase64url(material))
