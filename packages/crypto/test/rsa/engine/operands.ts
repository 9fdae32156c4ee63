/** Numbers at the edges of a length, and random ones. */

import { bytesToBigInt } from '../../../src/encoding/bytes.ts'
import { testRandom } from '../../test-keys.ts'

/** Alternating groups of ones and zeros, each `width` bits wide. */
function alternating(bits: number, width: number): bigint {
  let n = 0n
  for (let at = 0; at < bits; at += 2 * width) n |= ((1n << BigInt(width)) - 1n) << BigInt(at)
  return n & ((1n << BigInt(bits)) - 1n)
}

/** Odd numbers of exactly this many bits. */
export function edgeModuli(bits: number, radixBits: number): readonly bigint[] {
  const top = 1n << BigInt(bits - 1)
  return [
    2n * top - 1n,
    top + 1n,
    2n * top - (1n << BigInt(bits >> 1)) - 1n,
    top | (1n << BigInt(bits >> 1)) | 1n,
    top | alternating(bits, radixBits) | 1n,
    top | ((alternating(bits, radixBits) << BigInt(radixBits)) % top) | 1n,
  ]
}

/** Numbers below n, from its edges inwards. */
export function edgeOperands(n: bigint, bits: number, radixBits: number): readonly bigint[] {
  const middle = 1n << BigInt(bits >> 1)
  return [
    0n,
    1n,
    2n,
    n - 1n,
    n - 2n,
    n >> 1n,
    (1n << BigInt(bits - 1)) - 1n,
    middle - 1n,
    middle + 1n,
    1n << BigInt(radixBits - 1),
    alternating(bits - 1, radixBits),
    alternating(bits - 1, 1),
  ]
}

/** Returns a source of random numbers of at most the given length, the same in every run. */
export function randomNumbers(label: string): (bits: number) => bigint {
  const random = testRandom(label)
  return (bits) => {
    const bytes = Math.ceil(bits / 8)
    return bytesToBigInt(random(bytes)) >> BigInt(8 * bytes - bits)
  }
}
