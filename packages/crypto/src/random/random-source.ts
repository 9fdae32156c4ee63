/** Where randomness comes from: always an argument. */

import { type CryptoError, cryptoError } from '../crypto-error.ts'

/**
 * Answers fresh bytes: `length` of them at each call, from a generator fit for keys.
 * This package never makes randomness of its own; the same source gives the same results.
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
 * Draws bytes to keep: a copy, so that a source may answer with the same array each time.
 *
 * @param random - Where the bytes come from.
 * @param length - How many.
 * @returns A fresh array of `length` bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - the source answered with another number of bytes.
 */
export function drawBytes(random: RandomSource, length: number): Uint8Array {
  const bytes = random(length)
  if (bytes.length !== length) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `The random source gave ${bytes.length} bytes where ${length} were asked for.`,
    )
  }
  return new Uint8Array(bytes)
}

/** The refusal of a source that goes on giving what cannot be used. */
export const brokenSource = (): CryptoError =>
  cryptoError('INVALID_ARGUMENT', 'The random source repeats itself.')
