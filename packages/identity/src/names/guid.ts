/** GUIDs: of tenants, applications, objects and requests. */

import { bytesToHex, digest, type RandomSource, utf8ToBytes } from '@pocket-hsm/crypto'

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a text is a GUID, in either case. */
export const isGuid = (text: string): boolean => GUID.test(text)

/** Makes a random GUID: RFC 9562 section 5.4. */
export const newGuid = (random: RandomSource): string => printGuid(random(16), 4)

/** Returns the GUID that belongs to a name: the same one always, another for another kind. RFC 9562 section 5.8. */
export function guidOfName(kind: string, name: string): string {
  return printGuid(digest('SHA-256', utf8ToBytes(`${kind}\n${name.toLowerCase()}`)), 8)
}

function printGuid(bytes: Uint8Array, version: number): string {
  const guid = bytes.slice(0, 16)
  guid[6] = (Number(guid[6]) & 0x0f) | (version << 4)
  guid[8] = (Number(guid[8]) & 0x3f) | 0x80
  return bytesToHex(guid).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
