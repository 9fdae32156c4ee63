/**
 * Strict DER, read one level at a time.
 *
 * Nothing here recurses: a reader opens a structure one level at a time. Every error is `INVALID_KEY`; its
 * text names the structure and never contains its bytes.
 *
 * @see ITU-T X.690 sections 8 and 10
 */

import { type CryptoError, cryptoError } from '../crypto-error.ts'
import { bytesToBigInt } from './bytes.ts'

/** One element. */
export interface DerElement {
  /** The identifier byte. */
  readonly tag: number
  /** The contents: a view of the input, not a copy. */
  readonly content: Uint8Array
}

/** The identifier bytes that keys and certificates use (X.690 section 8.1.2; X.680 section 8.4). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** The longest DER that is read, in bytes: an 8192-bit RSA key with attributes takes less than a tenth of it. */
export const MAXIMUM_DER_LENGTH = 65_536

/** Returns the identifier byte of `[number]`; the form defaults to constructed. */
export function contextTag(
  number: number,
  form: 'constructed' | 'primitive' = 'constructed',
): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | number
}

/**
 * Reads bytes that are exactly one element.
 *
 * @param der - At most {@link MAXIMUM_DER_LENGTH} bytes.
 * @param what - Name of the structure, used in the error text.
 * @throws {@link CryptoError} `INVALID_KEY` - not DER, too long, or bytes after the element.
 */
export function readDer(der: Uint8Array, what: string): DerElement {
  if (der.length > MAXIMUM_DER_LENGTH) throw invalidDer(what, 'is too long')
  const { element, end } = elementAt(der, 0, what)
  if (end !== der.length) throw invalidDer(what, 'has bytes after its end')
  return element
}

/**
 * Opens a SEQUENCE.
 *
 * @param element - The element found in the sequence's place; `undefined` when there is none.
 * @param what - Name of the structure, used in the error text.
 * @param maximum - Most elements that the structure may have.
 * @returns Its elements in order.
 * @throws {@link CryptoError} `INVALID_KEY` - missing, another type, not DER inside, or more elements than
 * `maximum`.
 */
export function readSequence(
  element: DerElement | undefined,
  what: string,
  maximum: number = Number.POSITIVE_INFINITY,
): readonly DerElement[] {
  const elements = readElements(contentOf(element, TAG.sequence, what), what)
  if (elements.length > maximum) throw invalidDer(what, `has more than ${maximum} elements`)
  return elements
}

/**
 * Reads elements that follow one another: the contents of a SEQUENCE, a SET or a constructed context tag.
 *
 * @param content - Any number of whole elements.
 * @throws {@link CryptoError} `INVALID_KEY` - not DER.
 */
export function readElements(content: Uint8Array, what: string): readonly DerElement[] {
  const elements: DerElement[] = []
  let at = 0
  while (at < content.length) {
    const { element, end } = elementAt(content, at, what)
    elements.push(element)
    at = end
  }
  return elements
}

/**
 * Reads algorithm parameters that are NULL; absent parameters are accepted too, because some writers omit them.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - any other parameters.
 * @see RFC 8017 appendix A.1; RFC 8018 appendix B.1
 */
export function readNullParameters(element: DerElement | undefined, what: string): void {
  if (element === undefined) return
  if (element.tag === TAG.null && element.content.length === 0) return
  throw invalidDer(what, 'has parameters other than NULL')
}

/**
 * Reads an INTEGER that is not negative.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - missing, another type, negative, or not minimal.
 * @see ITU-T X.690 section 8.3.2
 */
export function readInteger(element: DerElement | undefined, what: string): bigint {
  const content = contentOf(element, TAG.integer, what)
  const [first, second] = content
  if (first === undefined) throw invalidDer(what, 'is an integer without bytes')
  if (first >= 0x80) throw invalidDer(what, 'is negative')
  if (first === 0 && second !== undefined && second < 0x80) {
    throw invalidDer(what, 'is not minimal')
  }
  return bytesToBigInt(content)
}

/**
 * Reads an INTEGER that fits in 31 bits, such as a version.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - as {@link readInteger}, or a number above 2^31 - 1.
 */
export function readSmallInteger(element: DerElement | undefined, what: string): number {
  const value = readInteger(element, what)
  if (value > 0x7fffffffn) throw invalidDer(what, 'is out of range')
  return Number(value)
}

/**
 * Reads an OCTET STRING in the primitive form, the only one in DER.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - missing, or another type.
 */
export function readOctetString(element: DerElement | undefined, what: string): Uint8Array {
  return contentOf(element, TAG.octetString, what)
}

/**
 * Reads a BIT STRING of whole bytes.
 *
 * @param tag - Its identifier byte where it is implicitly tagged.
 * @throws {@link CryptoError} `INVALID_KEY` - missing, another type, or unused bits.
 * @see ITU-T X.690 section 8.6.2
 */
export function readBitString(
  element: DerElement | undefined,
  what: string,
  tag: number = TAG.bitString,
): Uint8Array {
  const content = contentOf(element, tag, what)
  if (content[0] !== 0) throw invalidDer(what, 'is not a bit string of whole bytes')
  return content.subarray(1)
}

/**
 * Reads an OBJECT IDENTIFIER.
 *
 * @returns The dotted form, such as `1.2.840.113549.1.1.1`.
 * @throws {@link CryptoError} `INVALID_KEY` - missing, another type, or not minimal.
 * @see ITU-T X.690 section 8.19
 */
export function readOid(element: DerElement | undefined, what: string): string {
  const content = contentOf(element, TAG.oid, what)
  const last = content[content.length - 1]
  if (last === undefined || last >= 0x80 || content.length > 32) {
    throw invalidDer(what, 'is not an object identifier')
  }
  const arcs: bigint[] = []
  let arc = 0n
  let begins = true
  for (const byte of content) {
    if (begins && byte === 0x80) throw invalidDer(what, 'is not a minimal object identifier')
    arc = (arc << 7n) | BigInt(byte & 0x7f)
    begins = byte < 0x80
    if (!begins) continue
    arcs.push(arc)
    arc = 0n
  }
  const [first = 0n, ...rest] = arcs
  const root = first < 80n ? first / 40n : 2n
  return [root, first - 40n * root, ...rest].join('.')
}

/**
 * Opens an explicitly tagged element.
 *
 * @returns The one element inside.
 * @throws {@link CryptoError} `INVALID_KEY` - missing, another type, or not exactly one element.
 */
export function readExplicit(
  element: DerElement | undefined,
  number: number,
  what: string,
): DerElement {
  return readDer(contentOf(element, contextTag(number), what), what)
}

/** Returns the error for DER that cannot be read. */
export function invalidDer(what: string, problem: string): CryptoError {
  return cryptoError('INVALID_KEY', `The DER is damaged: ${what} ${problem}.`)
}

function contentOf(element: DerElement | undefined, tag: number, what: string): Uint8Array {
  if (element === undefined) throw invalidDer(what, 'is missing')
  if (element.tag !== tag) throw invalidDer(what, 'is of another type')
  return element.content
}

interface Located {
  readonly element: DerElement
  /** Offset of the first byte after the element. */
  readonly end: number
}

function elementAt(der: Uint8Array, at: number, what: string): Located {
  const tag = der[at]
  const first = der[at + 1]
  if (tag === undefined || first === undefined) throw invalidDer(what, 'ends early')
  if ((tag & 0x1f) === 0x1f) throw invalidDer(what, 'has a tag number above 30')
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const start = at + 2 + lengthBytes
  const end = start + (first < 0x80 ? first : longLength(der.subarray(at + 2, start), first, what))
  if (end > der.length) throw invalidDer(what, 'ends early')
  return { element: { tag, content: der.subarray(start, end) }, end }
}

/** X.690 section 10.1: the definite form, in as few bytes as possible. */
function longLength(bytes: Uint8Array, first: number, what: string): number {
  if (first === 0x80) throw invalidDer(what, 'has an indefinite length')
  if (bytes.length < (first & 0x7f)) throw invalidDer(what, 'ends early')
  const length = bytes.reduce((value, byte) => value * 256 + byte, 0)
  if (length < 0x80 || bytes[0] === 0) throw invalidDer(what, 'has a length that is not minimal')
  return length
}
