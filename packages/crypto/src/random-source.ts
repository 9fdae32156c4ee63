/** Where randomness comes from: always an argument. */

/**
 * Answers fresh octets: `length` of them at each call, from a generator fit for keys.
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
