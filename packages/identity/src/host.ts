/** What the host provides: its clock, and randomness. */

import { createHmacDrbg, type RandomSource, utf8ToBytes } from '@pocket-hsm/crypto'
import { badOption } from './options/identity-error.ts'

/** Reads the clock at each call, so that fake timers which replace it are followed. */
// biome-ignore lint/style/noRestrictedGlobals: the default of the option `clock`
export const hostClock = (): number => Date.now()

/** Returns a clock that throws `BadOption` when the given one returns something other than an instant. */
export function checkedClock(clock: () => number): () => number {
  return () => {
    const at: unknown = clock()
    if (typeof at === 'number' && at >= 0 && at <= LAST_INSTANT) return at
    throw badOption(
      `The clock of createIdentityHandler must return milliseconds since 1970, not ${String(at)}.`,
    )
  }
}

/** The last instant that a Date can hold, in milliseconds (ECMA-262, section 21.4.1.1). */
const LAST_INSTANT = 8.64e15

/** Returns the randomness for one purpose: the host's, or a stream of the seed. */
export function randomFor(seed: string | Uint8Array | undefined, purpose: string): RandomSource {
  if (seed === undefined) return (length) => crypto.getRandomValues(new Uint8Array(length))
  const bytes = typeof seed === 'string' ? utf8ToBytes(seed) : seed
  return createHmacDrbg(bytes, utf8ToBytes(`@pocket-hsm/identity ${purpose}`))
}
