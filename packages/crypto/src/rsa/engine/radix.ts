/**
 * Long numbers as limbs: balanced digits of 22 to 24 bits, each in a double.
 *
 * A balanced digit lies between -2^(w-1) and 2^(w-1): half the size of a digit from 0 up, so that a sum of products
 * may be twice as large before a double, which is exact for whole numbers up to 2^53, has to round.
 */

/** How numbers modulo a modulus are split into limbs. */
export interface Radix {
  /** Bits of a limb: w. */
  readonly bits: number
  /** Limbs of a number: k, a multiple of 4, because the kernels process four rows and four columns at a time. */
  readonly limbs: number
}

/**
 * The widest limbs for each length. A column of a product and its reduction holds at most
 *
 *     k·L² + (k - 1)·L·2^(w-1) + 2^(54-w),   L = 2^(w-1) + 2^(54-2w) + 2,
 *
 * where L bounds a limb after two carry passes. Every row keeps this below 2^53; a test computes it.
 */
export const RADIX_ROWS: readonly { readonly bits: number; readonly mostLimbs: number }[] = [
  { bits: 24, mostLimbs: 64 },
  { bits: 23, mostLimbs: 256 },
  { bits: 22, mostLimbs: 376 },
]

/** The most limbs of all rows: enough for moduli of 8243 bits. */
export const MOST_LIMBS = 376

/** With fewer limbs, some of the kernels' four stretches of columns would be empty. */
const FEWEST_LIMBS = 20

/**
 * The kernels compute modulo N·c with c below 2^w; five more bits keep every value below 1.08·N·c, including the
 * result of a squaring with doubling.
 */
const SPARE_BITS = 5

/**
 * Returns the radix for moduli up to a length.
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
  const { bits, limbs } = radix
  const count = wordCount(radix)
  let rest = n
  for (let i = 0; i < count; i++) {
    // Assignment keeps the lowest 64 bits.
    words[i] = rest
    rest >>= 64n
  }
  const mask = 2 ** bits - 1
  const half = 2 ** (bits - 1)
  let carry = 0
  for (let i = 0, bit = 0; i < limbs; i++, bit += bits) {
    const at = bit >>> 5
    const shift = bit & 31
    // In two steps, because a shift by 32 does nothing.
    const low = ((halfWords[at] ?? 0) >>> shift) | (((halfWords[at + 1] ?? 0) << 1) << (31 - shift))
    const digit = (low & mask) + carry
    carry = (digit + half) >> bits
    target[start + 2 * i] = digit - (carry << bits)
  }
  words.fill(0n, 0, count)
}

/**
 * Reads the limbs of one lane as a number, which may be negative.
 *
 * @param source - Two lanes side by side.
 * @param start - The first element, as in {@link writeLimbs}.
 */
export function readLimbs(source: Float64Array, start: number, radix: Radix): bigint {
  const { bits, limbs } = radix
  const count = wordCount(radix)
  const mask = 2 ** bits - 1
  let carry = 0
  for (let i = 0, bit = 0; i < limbs; i++, bit += bits) {
    const limb = (source[start + 2 * i] ?? 0) + carry
    // From a balanced digit to one from 0 up, which borrows 1 from the limb above.
    carry = limb >> bits
    const digit = limb & mask
    const at = bit >>> 5
    const shift = bit & 31
    halfWords[at] = (halfWords[at] ?? 0) | (digit << shift)
    halfWords[at + 1] = (digit >>> 1) >>> (31 - shift)
  }
  let n = 0n
  for (let i = count - 1; i >= 0; i--) n = (n << 64n) | (words[i] ?? 0n)
  words.fill(0n, 0, count)
  return n + (BigInt(carry) << BigInt(bits * limbs))
}

/** How many 64-bit words hold all limbs and at least one bit more. */
const wordCount = ({ bits, limbs }: Radix): number => Math.floor((bits * limbs) / 64) + 1

/** The words of a number, the lowest first: zero between two calls. */
const words = new BigUint64Array(Math.floor((22 * MOST_LIMBS) / 64) + 1)

/** The same words by halves. */
const halfWords = new Uint32Array(words.buffer)
