/** GUIDs, as the service names activities and events. */

import { bytesToHex, type RandomSource } from '@pocket-hsm/crypto'

/** A random GUID: RFC 9562 section 5.4. */
export function newGuid(random: RandomSource): string {
  const bytes = random(16)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  return bytesToHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
