/**
 * DER, written from the inside out: each function answers one whole element as a fresh array.
 *
 * @see ITU-T X.690 sections 8 and 10
 */

import { concatOctets, minimalOctets, utf8ToOctets } from './octets.ts'
import { contextTag, TAG } from './read-der.ts'

/** Writes a SEQUENCE of elements already written. */
export function writeSequence(...elements: readonly Uint8Array[]): Uint8Array {
  return writeElement(TAG.sequence, concatOctets(...elements))
}

/**
 * Writes an INTEGER.
 *
 * @param value - 0 or more.
 * @see ITU-T X.690 section 8.3
 */
export function writeInteger(value: bigint | number): Uint8Array {
  const octets = minimalOctets(BigInt(value))
  const sign = (octets[0] ?? 0) >= 0x80 ? [0] : []
  return writeElement(TAG.integer, Uint8Array.of(...sign, ...octets))
}

/** Writes an OCTET STRING. */
export function writeOctetString(octets: Uint8Array): Uint8Array {
  return writeElement(TAG.octetString, octets)
}

/** Writes a BIT STRING of whole octets. */
export function writeBitString(octets: Uint8Array): Uint8Array {
  return writeElement(TAG.bitString, concatOctets(Uint8Array.of(0), octets))
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
  const octets = [40n * root + second, ...rest].flatMap(arcOctets)
  return writeElement(TAG.oid, Uint8Array.from(octets))
}

/** Writes a BOOLEAN: DER has one octet for true (X.690 section 11.1). */
export function writeBoolean(value: boolean): Uint8Array {
  return writeElement(TAG.boolean, Uint8Array.of(value ? 0xff : 0))
}

/**
 * Writes a BIT STRING of named bits, trailing zeros left out.
 *
 * @param bits - Which are set: 0 to 7, bit 0 being the highest.
 * @see ITU-T X.690 section 11.2.2
 */
export function writeNamedBits(bits: readonly number[]): Uint8Array {
  const octet = bits.reduce((octet, bit) => octet | (0x80 >> bit), 0)
  return writeElement(TAG.bitString, Uint8Array.of(7 - Math.max(...bits), octet))
}

/** Writes a UTF8String. */
export function writeUtf8String(text: string): Uint8Array {
  return writeElement(TAG.utf8String, utf8ToOctets(text))
}

/** Writes a SET of one element; more would have to be sorted. */
export function writeSetOfOne(element: Uint8Array): Uint8Array {
  return writeElement(TAG.set, element)
}

/** Writes an element under the explicit tag `[number]`. */
export function writeExplicit(number: number, element: Uint8Array): Uint8Array {
  return writeElement(contextTag(number), element)
}

/** Writes octets under the implicit, primitive tag `[number]`. */
export function writeImplicitOctets(number: number, octets: Uint8Array): Uint8Array {
  return writeElement(contextTag(number, 'primitive'), octets)
}

/**
 * Writes an element of any type.
 *
 * @param content - Its contents, already in DER.
 */
export function writeElement(tag: number, content: Uint8Array): Uint8Array {
  return concatOctets(Uint8Array.of(tag, ...lengthOctets(content.length)), content)
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length]
  const octets = minimalOctets(BigInt(length))
  return [0x80 | octets.length, ...octets]
}

/** Base 128, high bit set on every octet but the last. */
function arcOctets(arc: bigint): readonly number[] {
  const octets = [Number(arc & 0x7fn)]
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(0x80 | Number(rest & 0x7fn))
  return octets
}
