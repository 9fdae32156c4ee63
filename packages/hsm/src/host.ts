/** The only two things taken from the host, each named once: its clock and its randomness. */

import type { RandomSource } from '@pocket-hsm/crypto'
import { HsmError } from './hsm-error.ts'

declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array } | undefined

/** The most bytes that one call of the host's generator gives (W3C Web Cryptography, section 10.1.1). */
const MOST_AT_ONCE = 65_536

/** The host's wall clock in milliseconds; read at each call, so that fake timers are followed. */
// biome-ignore lint/style/noRestrictedGlobals: the one place that names the host's clock
export const hostClock = (): number => Date.now()

/** The host's generator. */
export const hostRandom: RandomSource = (length) => {
  if (typeof crypto === 'undefined') {
    throw new HsmError({
      status: 500,
      code: 'InternalServerError',
      message: 'pocket-hsm needs Node 20.19 or later, or another host with Web Crypto.',
    })
  }
  const bytes = new Uint8Array(length)
  for (let start = 0; start < length; start += MOST_AT_ONCE) {
    crypto.getRandomValues(bytes.subarray(start, start + MOST_AT_ONCE))
  }
  return bytes
}
