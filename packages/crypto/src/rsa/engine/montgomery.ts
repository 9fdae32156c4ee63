/** The constants of Montgomery arithmetic with two moduli, as limbs to copy into the engine's memory. */

import { type Radix, writeLimbs } from './radix.ts'
import { inBoth, type Pair } from './rsa-engine.ts'

/** The constants for multiplication modulo a pair of odd numbers. All arrays hold both lanes side by side, k limbs each. */
export interface Montgomery {
  readonly radix: Radix
  readonly moduli: Pair<bigint>
  /** M = (Ñ + 1)/2^w, where Ñ = N·(-N^-1 mod 2^w). */
  readonly modulus: Float64Array
  /** R mod N, which is 1 in Montgomery form, where R = 2^(wk). */
  readonly one: Float64Array
  /** R² mod N: multiplying by it converts a number to Montgomery form. */
  readonly square: Float64Array
}

/**
 * Computes the constants of two moduli.
 *
 * @param moduli - Odd, at most as long as the radix allows. 1 leaves a lane idle.
 */
export function montgomeryOf(moduli: Pair<bigint>, radix: Radix): Montgomery {
  const ones = inBoth(moduli, (n) => (1n << BigInt(radix.bits * radix.limbs)) % n)
  const squares = inBoth(ones, (one, lane) => (one * one) % (moduli[lane] ?? 1n))
  return {
    radix,
    moduli,
    modulus: pairLimbs(
      inBoth(moduli, (n) => quotientFree(n, radix)),
      radix,
    ),
    one: pairLimbs(ones, radix),
    square: pairLimbs(squares, radix),
  }
}

/** Returns M of one modulus. */
export function quotientFree(n: bigint, { bits }: Radix): bigint {
  const low = Number(BigInt.asUintN(32, n)) | 0
  // Newton's iteration doubles the correct bits: n itself is its inverse modulo 8.
  let inverse = low
  for (let correct = 3; correct < 32; correct *= 2) {
    inverse = Math.imul(inverse, 2 - Math.imul(low, inverse))
  }
  const factor = -inverse & (2 ** bits - 1)
  return (n * BigInt(factor) + 1n) >> BigInt(bits)
}

/** Returns both numbers as limbs, side by side. */
export function pairLimbs(numbers: Pair<bigint>, radix: Radix): Float64Array {
  const limbs = new Float64Array(2 * radix.limbs)
  writeLimbs(numbers[0], radix, limbs, 0)
  writeLimbs(numbers[1], radix, limbs, 1)
  return limbs
}
