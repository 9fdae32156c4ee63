/** Names for requests: GUIDs that are the same in every run. */

import { deriveRandom, type Hsm } from 'pocket-hsm'

/** Names the next request to an HSM, or to none. */
export type RequestIds = (method: string, pathname: string, hsm?: Hsm) => string

/**
 * Makes the names of one handler.
 *
 * Under a seed a name comes from the method, the path and how often they came before, so that other requests change
 * nothing of it; without one the names count.
 */
export function createRequestIds(): RequestIds {
  const asked = new WeakMap<Hsm, Map<string, number>>()
  let count = 0
  return (method, pathname, hsm) => {
    count += 1
    const target = `${method} ${pathname}`
    const counts = (hsm && asked.get(hsm)) ?? new Map<string, number>()
    const before = counts.get(target) ?? 0
    const random = hsm && deriveRandom(hsm, 'request', target, before)
    if (hsm === undefined || random === undefined) {
      return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`
    }
    asked.set(hsm, counts.set(target, before + 1))
    return toGuid(random(16))
  }
}

/** A random GUID: RFC 9562 section 5.4. */
function toGuid(random: Uint8Array): string {
  const bytes = Array.from(random)
  bytes[6] = (Number(bytes[6]) & 0x0f) | 0x40
  bytes[8] = (Number(bytes[8]) & 0x3f) | 0x80
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
