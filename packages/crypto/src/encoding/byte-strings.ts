/** The helpers of @noble/hashes for byte strings, with types of our own: the library is in the bundle, its types are not. */

import {
  bytesToHex as nobleBytesToHex,
  concatBytes as nobleConcatBytes,
  hexToBytes as nobleHexToBytes,
  utf8ToBytes as nobleUtf8ToBytes,
} from '@noble/hashes/utils.js'

/** A byte string with a buffer of its own. */
type FreshBytes = ReturnType<typeof Uint8Array.of>

/**
 * Writes bytes in hexadecimal.
 *
 * @param bytes - Any length.
 * @returns Two lower-case digits for each byte.
 */
export const bytesToHex: (bytes: Uint8Array) => string = nobleBytesToHex

/**
 * Joins byte strings.
 *
 * @param arrays - Any number, each of any length.
 * @returns A fresh array.
 */
export const concatBytes: (...arrays: Uint8Array[]) => FreshBytes = nobleConcatBytes

/**
 * Reads bytes from hexadecimal.
 *
 * @param hex - Two digits for each byte, in either case.
 * @returns A fresh array.
 * @throws Error - An odd number of digits, or another character.
 */
export const hexToBytes: (hex: string) => FreshBytes = nobleHexToBytes

/**
 * Writes text in UTF-8.
 *
 * @param text - Any text.
 * @returns A fresh array.
 */
export const utf8ToBytes: (text: string) => FreshBytes = nobleUtf8ToBytes
