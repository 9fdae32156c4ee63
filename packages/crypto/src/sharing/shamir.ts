/**
 * Shamir's secret sharing over GF(257), byte by byte: the prime field whose elements hold every byte.
 *
 * @see Shamir, "How to Share a Secret", Communications of the ACM 22 (1979), pages 612 and 613
 */

import { requireBytes } from '../checks/arguments.ts'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import { drawBytes, type RandomSource, unusableSource } from '../random/random-source.ts'

/** How a secret is shared. */
export interface SharingParameters {
  /** How many shares to make: from `required` to 126. */
  readonly shares: number
  /** How many shares restore the secret: from 1 on. */
  readonly required: number
}

/**
 * Splits a secret into shares, of which any `required` restore it; fewer say nothing about it.
 *
 * For each byte b of the secret, a random polynomial f of degree `required` - 1 with f(0) = b is drawn. Share number x,
 * counted from 1, holds for each byte the 16-bit word `x << 9 | f(x)`, little-endian: f(x) may be 256, which takes nine
 * bits.
 *
 * @param secret - 1 to 65,536 bytes. Not kept.
 * @param parameters - The number of shares, and how many of them restore the secret.
 * @param random - Source of the coefficients.
 * @returns Fresh arrays of twice the secret's length, in the order of their numbers.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - numbers outside their range, a secret of another length, or a source
 * that repeats itself.
 *
 * @example
 * ```ts
 * import { combineShares, splitSecret } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const [first, , third] = splitSecret(Uint8Array.of(1, 2, 3), { shares: 3, required: 2 }, random)
 * if (first === undefined || third === undefined) throw new Error('three shares were made')
 * combineShares([third, first]) // Uint8Array [1, 2, 3]
 * ```
 */
export function splitSecret(
  secret: Uint8Array,
  { shares, required }: SharingParameters,
  random: RandomSource,
): readonly Uint8Array[] {
  const { length } = requireBytes('The secret', secret)
  if (length < 1 || length > LONGEST_SECRET) {
    throw cryptoError('INVALID_ARGUMENT', `A secret to share has 1 to ${LONGEST_SECRET} bytes.`)
  }
  if (!isWholeFrom(1, required) || !isWholeFrom(required, shares) || shares > MOST_SHARES) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `A secret is split into 1 to ${MOST_SHARES} shares, of which 1 to all restore it.`,
    )
  }
  // The coefficients of x, x², … of one byte after the other.
  const degree = required - 1
  const coefficients = drawElements(random, length * degree)
  const made = Array.from({ length: shares }, (_, index) => {
    const x = index + 1
    const share = new Uint8Array(2 * length)
    const words = new DataView(share.buffer)
    secret.forEach((byte, at) => {
      const powers = coefficients.subarray(at * degree, (at + 1) * degree)
      words.setUint16(2 * at, (x << 9) | valueAt(x, byte, powers), true)
    })
    return share
  })
  coefficients.fill(0)
  return made
}

/**
 * Restores a secret from its shares: all that are given are used.
 *
 * Too few shares, or shares of different secrets, give wrong bytes or the error below: only a check of the secret itself
 * tells.
 *
 * @param shares - 1 to 126 shares of {@link splitSecret}, in any order, as many as are required or more.
 * @returns A fresh array of half a share's length.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - no shares, shares of different or odd lengths, words that are not of
 * one share, or one share twice.
 * @throws {@link CryptoError} `OPERATION_FAILED` - shares that have no secret of bytes in common.
 *
 * @example
 * ```ts
 * import { combineShares } from '@pocket-hsm/crypto'
 *
 * combineShares([Uint8Array.of(0x55, 0x02)]) // Uint8Array [85]: one share that is enough is the secret itself
 * ```
 */
export function combineShares(shares: readonly Uint8Array[]): Uint8Array {
  if (!Array.isArray(shares)) {
    throw cryptoError('INVALID_ARGUMENT', 'The shares must be an array of Uint8Array.')
  }
  const [first, ...others] = shares.map(readShare)
  if (first === undefined || shares.length > MOST_SHARES) {
    throw cryptoError('INVALID_ARGUMENT', `A secret is restored from 1 to ${MOST_SHARES} shares.`)
  }
  const all = [first, ...others]
  if (others.some(({ values }) => values.length !== first.values.length)) {
    throw cryptoError('INVALID_ARGUMENT', 'The shares have different lengths.')
  }
  if (new Set(all.map(({ x }) => x)).size < all.length) {
    throw cryptoError('INVALID_ARGUMENT', 'A share is given twice.')
  }
  const weights = all.map(({ x }) => weightOf(x, all))
  const secret = new Uint16Array(first.values.length)
  all.forEach(({ values }, index) => {
    const weight = weights[index] as number
    values.forEach((value, at) => {
      secret[at] = ((secret[at] as number) + weight * value) % P
    })
  })
  // 256 is an element of the field, and no byte.
  if (secret.some((element) => element > 255)) throw operationFailed()
  return Uint8Array.from(secret)
}

const P = 257

/** A word has seven bits for the number of its share; 127 is left out, as other implementations do. */
const MOST_SHARES = 126

const LONGEST_SECRET = 65_536

const isWholeFrom = (least: number, value: number): boolean =>
  Number.isInteger(value) && value >= least

/** Horner's rule: b + c1·x + c2·x² + … */
function valueAt(x: number, byte: number, coefficients: Uint16Array): number {
  let value = 0
  for (let i = coefficients.length - 1; i >= 0; i--) {
    value = ((value + (coefficients[i] as number)) * x) % P
  }
  return (value + byte) % P
}

interface Share {
  /** The share's number, 1 to 127. */
  readonly x: number
  readonly values: Uint16Array
}

function readShare(share: Uint8Array): Share {
  const bytes = requireBytes('Each share', share)
  if (bytes.length === 0 || bytes.length % 2 !== 0) throw notShare()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const words = Uint16Array.from({ length: bytes.length / 2 }, (_, at) =>
    view.getUint16(2 * at, true),
  )
  const x = (words[0] as number) >> 9
  const values = words.map((word) => word & 0x1ff)
  if (x === 0 || words.some((word) => word >> 9 !== x) || values.some((value) => value >= P)) {
    throw notShare()
  }
  return { x, values }
}

const notShare = () =>
  cryptoError('INVALID_ARGUMENT', 'A share is damaged: it is not one number with its values.')

/** Lagrange's basis polynomial of a share at 0: the product of x' / (x' - x) over the others. */
function weightOf(x: number, shares: readonly Share[]): number {
  let [numerator, denominator] = [1, 1]
  for (const { x: other } of shares) {
    if (other === x) continue
    numerator = (numerator * other) % P
    denominator = (denominator * (P + other - x)) % P
  }
  return (numerator * inverse(denominator)) % P
}

/** Fermat: a^(p-2) is 1/a. */
function inverse(a: number): number {
  let [result, base] = [1, a]
  for (let exponent = P - 2; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = (result * base) % P
    base = (base * base) % P
  }
  return result
}

/** Draws that may be rejected in a row: the chance of so many is below 2^-1000. */
const MOST_REJECTIONS = 64

/**
 * Draws elements of the field, each as likely as the others: 16 bits are 255 times 257 values and one more, which is
 * drawn again.
 */
function drawElements(random: RandomSource, count: number): Uint16Array {
  const elements = new Uint16Array(count)
  if (count === 0) return elements
  const bytes = drawBytes(random, 2 * count)
  for (let i = 0; i < count; i++) {
    let value = wordAt(bytes, 2 * i)
    for (let again = 0; value === 0xffff; again++) {
      if (again === MOST_REJECTIONS) throw unusableSource()
      value = wordAt(drawBytes(random, 2), 0)
    }
    elements[i] = value % P
  }
  bytes.fill(0)
  return elements
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
