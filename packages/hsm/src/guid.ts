/** GUIDs, as the service names activities and events. */

import { type RandomSource, toHex } from '@pocket-hsm/crypto'

/** A random GUID: RFC 9562 section 5.4. */
export function newGuid(random: RandomSource): string {
  const octets = random(16)
  octets[6] = ((octets[6] as number) & 0x0f) | 0x40
  octets[8] = ((octets[8] as number) & 0x3f) | 0x80
  return toHex(octets).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
