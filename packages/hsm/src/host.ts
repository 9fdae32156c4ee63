/** The only two things that the engine takes from the host, each named once: its clock and its randomness. */

import type { RandomSource } from '@pocket-hsm/crypto'
import { badParameter, HsmError, printable } from './hsm-error.ts'

declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array } | undefined

/** The most bytes that one call of the host's generator returns (W3C Web Cryptography, section 10.1.1). */
const MOST_AT_ONCE = 65_536

/** The last instant that a date can be, in milliseconds (ECMA-262 section 21.4.1.1). */
const LAST_INSTANT = 8.64e15

/** The host's wall clock in milliseconds. It is read at each call, so that fake timers work. */
// biome-ignore lint/style/noRestrictedGlobals: the one place that names the host's clock
export const hostClock = (): number => Date.now()

/**
 * Makes a clock of a caller's own safe to read: what it returns is an instant, each time.
 *
 * @returns A clock that throws {@link HsmError} 400 `BadParameter` when the given one returns something else.
 * @throws {@link HsmError} 400 `BadParameter` - not a function.
 */
export function checkClock(clock: () => number): () => number {
  if (typeof clock !== 'function') {
    throw badParameter('The clock must be a function that returns milliseconds since 1970.')
  }
  return () => {
    const at = clock()
    if (typeof at === 'number' && at >= 0 && at <= LAST_INSTANT) return at
    throw badParameter(`The clock must return milliseconds since 1970, not ${printable(at)}.`)
  }
}

/**
 * The host's generator, called at each draw: for keys, and for bytes that can become keys. IVs, salts and identifiers
 * come from the pool of random bytes, which is filled from here.
 *
 * @throws {@link HsmError} 500 `InternalServerError` - a host without Web Crypto.
 */
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
