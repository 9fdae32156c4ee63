/** What the host provides: its clock, and randomness. */

import { createHmacDrbg, type RandomSource, utf8ToBytes } from '@pocket-hsm/crypto'

/** Reads the clock at each call, so that fake timers which replace it are followed. */
// biome-ignore lint/style/noRestrictedGlobals: the default of the option `clock`
export const hostClock = (): number => Date.now()

/** Returns the randomness for one purpose: the host's, or a stream of the seed. */
export function randomFor(seed: string | Uint8Array | undefined, purpose: string): RandomSource {
  if (seed === undefined) return (length) => crypto.getRandomValues(new Uint8Array(length))
  const bytes = typeof seed === 'string' ? utf8ToBytes(seed) : seed
  return createHmacDrbg(bytes, utf8ToBytes(`@pocket-hsm/identity ${purpose}`))
}
