/** Byte strings and what they stand for: numbers (big-endian), hexadecimal text and UTF-8 text. */

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { cryptoError } from '../crypto-error.ts'

/**
 * Compares two byte strings in a time that depends on their lengths alone, never on their content.
 *
 * @returns `true` for the same bytes; `false` for other bytes or another length.
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
 * @param bytes - Any length; none is 0, and leading zeros are allowed.
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
  // Through hexadecimal: linear in the length, where shifting in one byte at a time is quadratic.
  return bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`)
}

/**
 * Writes a number as big-endian bytes of fixed width.
 *
 * @param n - 0 or more.
 * @param length - Width in bytes; leading zeros fill it.
 * @returns A fresh array of `length` bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a negative number, or one that does not fit.
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
  if (n < 0n) throw cryptoError('INVALID_ARGUMENT', 'A negative number has no bytes.')
  const hex = n === 0n ? '' : n.toString(16)
  if (hex.length > 2 * length) {
    throw cryptoError('INVALID_ARGUMENT', `The number does not fit in ${length} bytes.`)
  }
  return hexToBytes(hex.padStart(2 * length, '0'))
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
 * Reads UTF-8 text strictly: nothing is replaced and nothing skipped, a byte order mark included.
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
 * Makes text of UTF-16 code units.
 *
 * @param units - Any number of them.
 */
export function unitsToText(units: Uint8Array | Uint16Array): string {
  // In parts: a call takes only so many arguments.
  const parts: string[] = []
  for (let at = 0; at < units.length; at += 8192) {
    // Applied, as a spread would go through an iterator.
    parts.push(Reflect.apply(String.fromCharCode, undefined, units.subarray(at, at + 8192)))
  }
  return parts.join('')
}
