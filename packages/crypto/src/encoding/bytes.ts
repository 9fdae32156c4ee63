/** Byte strings as big-endian numbers and as UTF-8 text. */

import { cryptoError } from '../crypto-error.ts'

/**
 * Compares two byte strings in a time that depends on their lengths only, never on their content.
 *
 * @returns `true` for equal bytes; `false` for different bytes or lengths.
 *
 * @example
 * ```ts
 * import { equalBytes } from '@pocket-hsm/crypto'
 *
 * equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)) // true
 * ```
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

/**
 * Reads bytes as a big-endian number.
 *
 * @param bytes - Any length; an empty array is 0, and leading zeros are allowed.
 * @see RFC 8017 section 4.2, OS2IP
 *
 * @example
 * ```ts
 * import { bytesToBigInt } from '@pocket-hsm/crypto'
 *
 * bytesToBigInt(Uint8Array.of(1, 0)) // 256n
 * ```
 */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  const { length } = bytes
  const start = length % WORD
  const rest = length - start
  // The bytes before the whole words.
  let first = 0n
  for (let i = 0; i < start; i++) first = (first << 8n) | BigInt(bytes[i] as number)
  if (rest === 0) return first
  const words = readWords(new DataView(bytes.buffer, bytes.byteOffset + start, rest), 0, rest)
  return start === 0 ? words : (first << BigInt(8 * rest)) | words
}

/** Bytes of the longest number that a view reads at once. */
const WORD = 8

/** Halves are joined, so that the time is nearly linear; shifting in one word at a time is quadratic. */
function readWords(view: DataView, start: number, end: number): bigint {
  if (end - start === WORD) return view.getBigUint64(start)
  const middle = start + WORD * Math.floor((end - start) / (2 * WORD))
  return (
    (readWords(view, start, middle) << BigInt(8 * (end - middle))) | readWords(view, middle, end)
  )
}

/**
 * Writes a number as big-endian bytes of fixed width.
 *
 * @param n - 0 or more.
 * @param length - Width in bytes; leading zeros fill it.
 * @returns A fresh array of `length` bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a negative number, or a number that does not fit.
 * @see RFC 8017 section 4.1, I2OSP
 *
 * @example
 * ```ts
 * import { bigIntToBytes, bytesToHex } from '@pocket-hsm/crypto'
 *
 * bytesToHex(bigIntToBytes(256n, 4)) // '00000100'
 * ```
 */
export function bigIntToBytes(n: bigint, length: number): Uint8Array {
  if (n < 0n) throw cryptoError('INVALID_ARGUMENT', 'A negative number cannot be written as bytes.')
  const hex = n === 0n ? '' : n.toString(16)
  if (hex.length > 2 * length) {
    throw cryptoError('INVALID_ARGUMENT', `The number does not fit in ${length} bytes.`)
  }
  const bytes = new Uint8Array(length)
  for (let at = length - 1, i = hex.length - 1; i >= 0; at--, i -= 2) {
    bytes[at] = hexDigit(hex, i) | (i > 0 ? hexDigit(hex, i - 1) << 4 : 0)
  }
  return bytes
}

/** The value of a digit from 0 to 9 (code 0x30 and up) or from a to f (0x61 and up). */
function hexDigit(hex: string, at: number): number {
  const code = hex.charCodeAt(at)
  return (code & 15) + 9 * (code >> 6)
}

/**
 * Writes a number as big-endian bytes without leading zeros.
 *
 * @param n - 0 or more.
 * @returns A fresh array; zero is one zero byte, as in a JWK.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a negative number.
 * @see RFC 7518 section 2, Base64urlUInt
 *
 * @example
 * ```ts
 * import { minimalBytes, bytesToHex } from '@pocket-hsm/crypto'
 *
 * bytesToHex(minimalBytes(256n)) // '0100'
 * ```
 */
export function minimalBytes(n: bigint): Uint8Array {
  return bigIntToBytes(n, Math.max(1, Math.ceil(n.toString(16).length / 2)))
}

/**
 * Removes the leading zeros that make a number wider than its field.
 *
 * @param bytes - Big-endian number: at most {@link MAXIMUM_NUMBER_LENGTH} bytes.
 * @param width - Width of the field in bytes; a shorter number is returned as it is.
 * @returns A view of the last `width` bytes; `undefined` for a number that does not fit, or for more bytes.
 */
export function withoutExtraZeros(bytes: Uint8Array, width: number): Uint8Array | undefined {
  const extra = bytes.length - width
  if (extra <= 0) return bytes
  if (bytes.length > MAXIMUM_NUMBER_LENGTH) return undefined
  const isZero = bytes.subarray(0, extra).every((byte) => byte === 0)
  return isZero ? bytes.subarray(extra) : undefined
}

/** The longest number that is read, in bytes, leading zeros included: as long as an 8192-bit modulus. */
export const MAXIMUM_NUMBER_LENGTH = 1024

/**
 * Reads UTF-8 text strictly: nothing is replaced and nothing is skipped, not even a byte order mark.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - bytes that are not the shortest form of Unicode
 * scalar values.
 * @see RFC 3629 section 4
 *
 * @example
 * ```ts
 * import { bytesToUtf8, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * bytesToUtf8(utf8ToBytes('naïve')) // 'naïve'
 * ```
 */
export function bytesToUtf8(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length)
  let count = 0
  let at = 0
  while (at < bytes.length) {
    const first = bytes[at] ?? 0
    const form = FORMS.find(({ mask, lead }) => (first & mask) === lead)
    if (form === undefined) throw notUtf8()
    let scalar = first & ~form.mask
    for (let i = 1; i < form.length; i++) {
      const next = bytes[at + i]
      if (next === undefined || (next & 0xc0) !== 0x80) throw notUtf8()
      scalar = (scalar << 6) | (next & 0x3f)
    }
    if (scalar < form.least || scalar > 0x10ffff) throw notUtf8()
    if (scalar >= 0xd800 && scalar <= 0xdfff) throw notUtf8()
    if (scalar > 0xffff) {
      units[count++] = 0xd7c0 + (scalar >> 10)
      units[count++] = 0xdc00 + (scalar & 0x3ff)
    } else {
      units[count++] = scalar
    }
    at += form.length
  }
  return unitsToText(units.subarray(0, count))
}

/** RFC 3629 section 3: how a sequence begins, its length, and the least value that needs that length. */
const FORMS = [
  { mask: 0x80, lead: 0x00, length: 1, least: 0 },
  { mask: 0xe0, lead: 0xc0, length: 2, least: 0x80 },
  { mask: 0xf0, lead: 0xe0, length: 3, least: 0x800 },
  { mask: 0xf8, lead: 0xf0, length: 4, least: 0x10000 },
] as const

const notUtf8 = () => cryptoError('INVALID_ARGUMENT', 'The bytes are not UTF-8 text.')

/**
 * Makes text from UTF-16 code units.
 *
 * @param units - Any number of code units.
 */
export function unitsToText(units: Uint8Array | Uint16Array): string {
  // In parts, because a call accepts a limited number of arguments.
  const parts: string[] = []
  for (let at = 0; at < units.length; at += 8192) {
    // Applied, because a spread goes through an iterator.
    parts.push(Reflect.apply(String.fromCharCode, undefined, units.subarray(at, at + 8192)))
  }
  return parts.join('')
}
