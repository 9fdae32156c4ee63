/** Random sources: functions that callers pass in. This package makes no randomness of its own. */

import { requireBytes, requireFunction } from '../checks/arguments.ts'
import { type CryptoError, cryptoError } from '../crypto-error.ts'

/**
 * Returns `length` fresh bytes at each call, from a generator fit for keys.
 * The same source gives the same results on every platform.
 *
 * @example
 * ```ts
 * import type { RandomSource } from '@pocket-hsm/crypto'
 *
 * const systemRandom: RandomSource = (length) => crypto.getRandomValues(new Uint8Array(length))
 * ```
 */
export type RandomSource = (length: number) => Uint8Array

/**
 * Draws bytes and copies them, so that a source may return the same array each time.
 *
 * @param random - Source of the bytes.
 * @param length - Number of bytes.
 * @returns A fresh array of `length` bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not a source, or one that returned another number of bytes.
 */
export function drawBytes(random: RandomSource, length: number): Uint8Array {
  requireFunction('The random source', random)
  const bytes = requireBytes('The result of the random source', random(length))
  if (bytes.length !== length) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `The random source gave ${bytes.length} bytes where ${length} were asked for.`,
    )
  }
  return new Uint8Array(bytes)
}

/** The error for a source whose bytes can never be used: a search among them would not end. */
export const unusableSource = (): CryptoError =>
  cryptoError('INVALID_ARGUMENT', 'The random source repeats itself.')
