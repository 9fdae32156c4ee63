/** Number theory for RSA, except exponentiation. */

import { bytesToBigInt } from '../encoding/bytes.ts'
import { drawBytes, type RandomSource, unusableSource } from '../random/random-source.ts'

/** The length of a number in bits: 0 for 0. */
export function bitLength(n: bigint): number {
  if (n === 0n) return 0
  // Four times as short as in base 2: this is called with every number of a key.
  const hex = n.toString(16)
  return 4 * hex.length + 28 - Math.clz32(Number.parseInt(hex.charAt(0), 16))
}

/** The greatest common divisor of two numbers, 0 or more. */
export function gcd(a: bigint, b: bigint): bigint {
  let x = a
  let y = b
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/**
 * Finds the inverse of `a` modulo `modulus` by the extended Euclidean algorithm.
 *
 * @returns A number below `modulus`, or `undefined` if the two have a common divisor.
 */
export function modInverse(a: bigint, modulus: bigint): bigint | undefined {
  let [r, nextR] = [modulus, a % modulus]
  let [t, nextT] = [0n, 1n]
  while (nextR !== 0n) {
    const quotient = r / nextR
    ;[r, nextR] = [nextR, r - quotient * nextR]
    ;[t, nextT] = [nextT, t - quotient * nextT]
  }
  if (r !== 1n) return undefined
  return t < 0n ? t + modulus : t
}

/** The largest number whose square is not above `n`, by Newton's method. */
export function integerSquareRoot(n: bigint): bigint {
  if (n < 2n) return n
  let root = 1n << BigInt(Math.ceil(bitLength(n) / 2))
  for (;;) {
    const next = (root + n / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/**
 * Draws a number from 2 to `bound - 2`, uniformly: a number outside that range is discarded and drawn again.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a source that never gives a number in the range.
 * @see FIPS 186-5 appendix B.3.1, steps 4.1 and 4.2
 */
export function drawBetween(bound: bigint, random: RandomSource): bigint {
  const bits = bitLength(bound)
  const length = Math.ceil(bits / 8)
  const surplus = BigInt(8 * length - bits)
  for (let draws = 0; draws < 256; draws++) {
    const drawn = bytesToBigInt(drawBytes(random, length)) >> surplus
    if (drawn > 1n && drawn < bound - 1n) return drawn
  }
  throw unusableSource()
}
