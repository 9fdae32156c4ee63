/**
 * Long numbers as limbs: balanced digits of 22 to 24 bits, each in a double.
 *
 * A balanced digit lies between -2^(w-1) and 2^(w-1): half the size of a digit from 0 up, so that products may
 * pile up twice as high before a double, exact for whole numbers up to 2^53, would have to round.
 */

import { bytesToBigInt } from '../../encoding/bytes.ts'

/** How a modulus of some length is cut up. */
export interface Radix {
  /** Bits of a limb: w. */
  readonly bits: number
  /** Limbs of a number: k, a multiple of 4, because the kernels walk four rows and four columns at a time. */
  readonly limbs: number
}

/**
 * The widest limbs for each length. A column of a product and its reduction holds at most
 *
 *     k·L² + (k - 1)·L·2^(w-1) + 2^(54-w),   L = 2^(w-1) + 2^(54-2w) + 2,
 *
 * where L bounds a limb after two carry passes: the rows keep that below 2^53, which a test computes.
 */
export const RADIX_ROWS: readonly { readonly bits: number; readonly mostLimbs: number }[] = [
  { bits: 24, mostLimbs: 64 },
  { bits: 23, mostLimbs: 256 },
  { bits: 22, mostLimbs: 376 },
]

/** The most limbs of all rows: room for moduli of 8243 bits. */
export const MOST_LIMBS = 376

/** Below this the kernels' four stretches of columns would be empty. */
const FEWEST_LIMBS = 20

/**
 * The modulus that the kernels work with is N·c with c below 2^w; and five bits more keep every value, also
 * one that a squaring doubles, under 1.08·N·c.
 */
const SPARE_BITS = 5

/**
 * Chooses the radix for moduli up to a length.
 *
 * @param modulusBits - 1 or more.
 * @returns `undefined` for moduli that are too long.
 */
export function radixFor(modulusBits: number): Radix | undefined {
  for (const { bits, mostLimbs } of RADIX_ROWS) {
    const needed = Math.ceil((modulusBits + bits + SPARE_BITS) / bits)
    const limbs = Math.max(FEWEST_LIMBS, 4 * Math.ceil(needed / 4))
    if (limbs <= mostLimbs) return { bits, limbs }
  }
  return undefined
}

/**
 * Writes a number as balanced limbs into one lane.
 *
 * @param n - 0 or more, at least one bit shorter than the limbs.
 * @param target - Two lanes side by side: the limbs of a lane are every other element.
 * @param start - The first element: even for lane 0, odd for lane 1.
 */
export function writeLimbs(n: bigint, radix: Radix, target: Float64Array, start: number): void {
  const base = 1 << radix.bits
  const hex = n.toString(16)
  let digit = hex.length
  let pending = 0
  let pendingBits = 0
  for (let at = start; at < start + 2 * radix.limbs; at += 2) {
    for (; pendingBits < radix.bits; pendingBits += 4) {
      digit--
      pending += hexDigit(hex, digit) << pendingBits
    }
    const low = pending & (base - 1)
    const limb = low < base / 2 ? low : low - base
    pending = (pending - limb) >> radix.bits
    pendingBits -= radix.bits
    target[at] = limb
  }
}

/** One digit of a hexadecimal number in small letters; beyond its front are zeros. */
function hexDigit(hex: string, index: number): number {
  if (index < 0) return 0
  const letter = hex.charCodeAt(index)
  return letter < 0x3a ? letter - 0x30 : letter - 0x57
}

/**
 * Reads the limbs of one lane as a number, which may be negative.
 *
 * @param source - Two lanes side by side.
 * @param start - The first element, as in {@link writeLimbs}.
 */
export function readLimbs(source: Float64Array, start: number, radix: Radix): bigint {
  const bytes = new Uint8Array(Math.ceil((radix.bits * radix.limbs) / 8))
  let next = bytes.length
  let carry = 0
  let pending = 0
  let pendingBits = 0
  for (let at = start; at < start + 2 * radix.limbs; at += 2) {
    const limb = (source[at] ?? 0) + carry
    // From a balanced digit to one from 0 up, which takes 1 from the limb above.
    carry = limb >> radix.bits
    // 24 bits above 7: all 32 that there are, sign included.
    pending |= (limb & ((1 << radix.bits) - 1)) << pendingBits
    for (pendingBits += radix.bits; pendingBits >= 8; pendingBits -= 8) {
      next--
      bytes[next] = pending
      pending >>>= 8
    }
  }
  bytes[0] = pendingBits > 0 ? pending : (bytes[0] ?? 0)
  return bytesToBigInt(bytes) + (BigInt(carry) << BigInt(radix.bits * radix.limbs))
}
