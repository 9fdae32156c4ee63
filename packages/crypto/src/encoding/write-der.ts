/**
 * DER, written from the inside out: each function returns one whole element as a fresh array.
 *
 * @see ITU-T X.690 sections 8 and 10
 */

import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { minimalBytes } from './bytes.ts'
import { contextTag, TAG } from './read-der.ts'

/** Writes a SEQUENCE of elements that are already DER. */
export function writeSequence(...elements: readonly Uint8Array[]): Uint8Array {
  return writeElement(TAG.sequence, concatBytes(...elements))
}

/**
 * Writes an INTEGER.
 *
 * @param value - 0 or more.
 * @see ITU-T X.690 section 8.3
 */
export function writeInteger(value: bigint | number): Uint8Array {
  const bytes = minimalBytes(BigInt(value))
  const sign = (bytes[0] ?? 0) >= 0x80 ? [0] : []
  return writeElement(TAG.integer, Uint8Array.of(...sign, ...bytes))
}

/** Writes an OCTET STRING. */
export function writeOctetString(bytes: Uint8Array): Uint8Array {
  return writeElement(TAG.octetString, bytes)
}

/** Writes a BIT STRING of whole bytes. */
export function writeBitString(bytes: Uint8Array): Uint8Array {
  return writeElement(TAG.bitString, concatBytes(Uint8Array.of(0), bytes))
}

/** Writes NULL. */
export function writeNull(): Uint8Array {
  return writeElement(TAG.null, new Uint8Array())
}

/**
 * Writes an OBJECT IDENTIFIER.
 *
 * @param oid - The dotted form.
 * @see ITU-T X.690 section 8.19
 */
export function writeOid(oid: string): Uint8Array {
  const [root = 0n, second = 0n, ...rest] = oid.split('.').map(BigInt)
  const bytes = [40n * root + second, ...rest].flatMap(arcBytes)
  return writeElement(TAG.oid, Uint8Array.from(bytes))
}

/** Writes a BOOLEAN: DER writes true as 0xff (X.690 section 11.1). */
export function writeBoolean(value: boolean): Uint8Array {
  return writeElement(TAG.boolean, Uint8Array.of(value ? 0xff : 0))
}

/**
 * Writes a BIT STRING of named bits, without trailing zeros.
 *
 * @param bits - Numbers of the bits that are set: 0 to 7, bit 0 is the highest.
 * @see ITU-T X.690 section 11.2.2
 */
export function writeNamedBits(bits: readonly number[]): Uint8Array {
  const byte = bits.reduce((byte, bit) => byte | (0x80 >> bit), 0)
  return writeElement(TAG.bitString, Uint8Array.of(7 - Math.max(...bits), byte))
}

/** Writes a UTF8String. */
export function writeUtf8String(text: string): Uint8Array {
  return writeElement(TAG.utf8String, utf8ToBytes(text))
}

/** Writes a SET of one element: DER sorts the elements of a longer one. */
export function writeSetOfOne(element: Uint8Array): Uint8Array {
  return writeElement(TAG.set, element)
}

/** Writes an element under the explicit tag `[number]`. */
export function writeExplicit(number: number, element: Uint8Array): Uint8Array {
  return writeElement(contextTag(number), element)
}

/** Writes bytes under the implicit, primitive tag `[number]`. */
export function writeImplicitBytes(number: number, bytes: Uint8Array): Uint8Array {
  return writeElement(contextTag(number, 'primitive'), bytes)
}

/**
 * Writes an element of any type.
 *
 * @param content - Its contents, already DER.
 */
export function writeElement(tag: number, content: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(tag, ...lengthBytes(content.length)), content)
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length]
  const bytes = minimalBytes(BigInt(length))
  return [0x80 | bytes.length, ...bytes]
}

/** Base 128, with the high bit set on every byte except the last. */
function arcBytes(arc: bigint): readonly number[] {
  const bytes = [Number(arc & 0x7fn)]
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) bytes.unshift(0x80 | Number(rest & 0x7fn))
  return bytes
}
