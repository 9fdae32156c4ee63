/**
 * Base64 in both alphabets.
 *
 * Reading accepts text with or without padding and ignores the unused low bits of the last character. Any other
 * character, white space included, and any other length is an error.
 *
 * @see RFC 4648 sections 4 and 5
 */

import { cryptoError } from '../crypto-error.ts'
import { unitsToText } from './bytes.ts'

/**
 * Writes bytes as base64url without padding, as JOSE does.
 *
 * @returns `ceil(bytes.length * 4 / 3)` characters.
 * @see RFC 4648 section 5; RFC 7515 section 2
 *
 * @example
 * ```ts
 * import { toBase64url } from '@pocket-hsm/crypto'
 *
 * toBase64url(new Uint8Array([251, 255])) // '-_8'
 * ```
 */
export function toBase64url(bytes: Uint8Array): string {
  return encode(bytes, URL_ALPHABET)
}

/**
 * Reads base64url. The unused low bits of the last character are ignored.
 *
 * @param text - The URL alphabet, with or without its padding.
 * @returns A fresh array.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - another character, or an impossible length.
 * @see RFC 4648 section 5
 *
 * @example
 * ```ts
 * import { fromBase64url } from '@pocket-hsm/crypto'
 *
 * fromBase64url('-_8').length // 2
 * ```
 */
export function fromBase64url(text: string): Uint8Array {
  return decode(text, URL_VALUES, 'base64url')
}

/**
 * Writes bytes as base64 with padding.
 *
 * @returns `4 * ceil(bytes.length / 3)` characters, on one line.
 * @see RFC 4648 section 4
 *
 * @example
 * ```ts
 * import { toBase64 } from '@pocket-hsm/crypto'
 *
 * toBase64(new Uint8Array([251, 255])) // '+/8='
 * ```
 */
export function toBase64(bytes: Uint8Array): string {
  const text = encode(bytes, ALPHABET)
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

/**
 * Reads base64. The unused low bits of the last character are ignored.
 *
 * @param text - The standard alphabet, with or without its padding, without white space.
 * @returns A fresh array.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - another character, or an impossible length.
 * @see RFC 4648 section 4
 *
 * @example
 * ```ts
 * import { fromBase64 } from '@pocket-hsm/crypto'
 *
 * fromBase64('+/8=').length // 2
 * ```
 */
export function fromBase64(text: string): Uint8Array {
  return decode(text, VALUES, 'base64')
}

const COMMON = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const ALPHABET = unitsOf(`${COMMON}+/`)
const URL_ALPHABET = unitsOf(`${COMMON}-_`)
const VALUES = valuesOf(ALPHABET)
const URL_VALUES = valuesOf(URL_ALPHABET)

function unitsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** Maps a code unit to its six bits; 64 marks a character outside the alphabet. */
function valuesOf(alphabet: Uint8Array): Uint8Array {
  const values = new Uint8Array(128).fill(64)
  alphabet.forEach((unit, value) => {
    values[unit] = value
  })
  return values
}

function encode(bytes: Uint8Array, alphabet: Uint8Array): string {
  const units = new Uint8Array(Math.ceil((bytes.length * 4) / 3))
  let count = 0
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    // Writing past the end of a typed array does nothing, which shortens the last group.
    units[count++] = alphabet[group >> 18] ?? 0
    units[count++] = alphabet[(group >> 12) & 63] ?? 0
    units[count++] = alphabet[(group >> 6) & 63] ?? 0
    units[count++] = alphabet[group & 63] ?? 0
  }
  return unitsToText(units)
}

function decode(text: string, values: Uint8Array, name: string): Uint8Array {
  const length = lengthWithoutPadding(text)
  if (length % 4 === 1) throw cryptoError('INVALID_ARGUMENT', `No ${name} text has this length.`)
  const bytes = new Uint8Array(Math.floor((length * 3) / 4))
  let bits = 0
  let count = 0
  for (let at = 0; at < length; at++) {
    const value = values[text.charCodeAt(at)] ?? 64
    if (value === 64) {
      throw cryptoError('INVALID_ARGUMENT', `The text has a character that is not ${name}.`)
    }
    bits = ((bits << 6) | value) & 0xffffff
    if (at % 4 === 0) continue
    bytes[count++] = (bits >> (6 - 2 * (at % 4))) & 0xff
  }
  return bytes
}

/** Padding is removed only where it completes the last group of four. */
function lengthWithoutPadding(text: string): number {
  if (text.length % 4 !== 0) return text.length
  if (text.endsWith('==')) return text.length - 2
  return text.endsWith('=') ? text.length - 1 : text.length
}
