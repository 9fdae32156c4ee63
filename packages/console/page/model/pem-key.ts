/**
 * A private key in PEM as a JWK, as every client converts it before it imports a key: the wire takes JWKs only.
 *
 * @see RFC 5958 (PKCS#8), RFC 8017 appendix A.1.2 (PKCS#1), RFC 5915 (SEC 1), RFC 9881 section 6 (ML-DSA)
 */

import { fromBase64url, toBase64url, toHex } from './encodings.ts'

/** A JWK, or why there is none. */
export type PemKey =
  | { readonly jwk: Readonly<Record<string, string>>; readonly error?: undefined }
  | { readonly jwk?: undefined; readonly error: string }

/** An element of DER. */
interface Der {
  readonly tag: number
  readonly content: Uint8Array<ArrayBuffer>
}

const SEQUENCE = 0x30
const OCTET_STRING = 0x04
const OID = 0x06

/** The content of object identifiers. */
const RSA = '2a864886f70d010101'
const EC = '2a8648ce3d0201'
const CURVES: Readonly<Record<string, readonly [crv: string, width: number]>> = {
  '2a8648ce3d030107': ['P-256', 32],
  '2b81040022': ['P-384', 48],
  '2b81040023': ['P-521', 66],
  '2b8104000a': ['P-256K', 32],
}
const ML_DSA: Readonly<Record<string, string>> = {
  '608648016503040311': 'ML-DSA-44',
  '608648016503040312': 'ML-DSA-65',
  '608648016503040313': 'ML-DSA-87',
}

/** What reads every file that the engine does. */
const OTHERWISE = 'pocket-hsm key import --pem-file FILE'

/** Whether a text is meant to be PEM. */
export const isPem = (text: string): boolean => text.includes('-----BEGIN')

/** Reads the first private key of a text. */
export function parsePem(text: string): PemKey {
  if (/ENCRYPTED PRIVATE KEY-|Proc-Type: 4,ENCRYPTED/.test(text)) {
    return fail(`This key is encrypted: decrypt it with openssl pkey -in FILE, or ${OTHERWISE}`)
  }
  const [, label = '', body = ''] =
    /-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([^-]*)-----END \1-----/.exec(text) ?? []
  if (label === '') return fail('There is no private key in this PEM.')
  try {
    const key = sequenceOf(fromBase64url(body.replace(/\s+/g, '')))
    return READERS[label]?.(key) ?? fail('There is no private key in this PEM.')
  } catch (error) {
    if (error instanceof RangeError) return fail('The bytes of this PEM are no private key.')
    throw error
  }
}

const READERS: Readonly<Record<string, (key: readonly Der[]) => PemKey>> = {
  'PRIVATE KEY': readPkcs8,
  'RSA PRIVATE KEY': readRsa,
  'EC PRIVATE KEY': (key) => readEc(key, undefined),
}

const fail = (error: string): PemKey => ({ error })

function readPkcs8([, algorithm, key]: readonly Der[]): PemKey {
  const [oid, parameters] = elementsOf(contentOf(algorithm, SEQUENCE))
  const kind = toHex(contentOf(oid, OID))
  const content = contentOf(key, OCTET_STRING)
  if (kind === RSA) return readRsa(sequenceOf(content))
  if (kind === EC) return readEc(sequenceOf(content), parameters)
  const alg = ML_DSA[kind]
  return alg === undefined
    ? fail('Only RSA, EC and ML-DSA keys are imported.')
    : readMlDsa(alg, content)
}

function readRsa([, ...numbers]: readonly Der[]): PemKey {
  const names = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi']
  const members = names.map((name, index) => {
    const bytes = contentOf(numbers[index], 0x02)
    return [name, toBase64url(bytes[0] === 0 ? bytes.slice(1) : bytes)]
  })
  return { jwk: { kty: 'RSA', ...Object.fromEntries(members) } }
}

/** The curve is in PKCS#8's algorithm, or in the key. */
function readEc([, d, ...tagged]: readonly Der[], algorithm: Der | undefined): PemKey {
  const inside = (tag: number) => {
    const found = tagged.find((each) => each.tag === tag)
    return found && elementsOf(found.content)[0]
  }
  const [crv, width] = CURVES[toHex(contentOf(algorithm ?? inside(0xa0), OID))] ?? []
  if (crv === undefined || width === undefined) return fail('The service has no such curve.')
  const point = inside(0xa1)?.content
  // A bit string without unused bits, of an uncompressed point.
  if (point?.length !== 2 * width + 2 || point[1] !== 4) {
    return fail(`This key has no public part to read here: ${OTHERWISE}`)
  }
  const [x, y] = [point.slice(2, 2 + width), point.slice(2 + width)].map(toBase64url)
  const secret = contentOf(d, OCTET_STRING)
  const padded = new Uint8Array(width)
  padded.set(secret, width - secret.length)
  return { jwk: { kty: 'EC', crv, x: x ?? '', y: y ?? '', d: toBase64url(padded) } }
}

/** The seed alone, or the seed with the expanded key. */
function readMlDsa(alg: string, content: Uint8Array<ArrayBuffer>): PemKey {
  const [choice] = elementsOf(content)
  const seed =
    choice?.tag === SEQUENCE
      ? elementsOf(choice.content)[0]?.content
      : choice?.tag === 0x80
        ? choice.content
        : undefined
  if (seed?.length !== 32) {
    return fail('This key has no seed: the service takes keys with their seed of 32 bytes only.')
  }
  return { jwk: { kty: 'AKP', alg, priv: toBase64url(seed) } }
}

const sequenceOf = (bytes: Uint8Array<ArrayBuffer>): readonly Der[] =>
  elementsOf(contentOf(elementsOf(bytes)[0], SEQUENCE))

function contentOf(element: Der | undefined, tag: number): Uint8Array<ArrayBuffer> {
  if (element?.tag === tag) return element.content
  throw new RangeError('another element was expected')
}

/** X.690 section 8.1: elements one after the other. */
function elementsOf(bytes: Uint8Array<ArrayBuffer>): readonly Der[] {
  const elements: Der[] = []
  for (let at = 0; at < bytes.length; ) {
    const [tag = 0, first = 0] = bytes.slice(at, at + 2)
    const size = first < 0x80 ? 0 : first & 0x7f
    if (size > 3) throw new RangeError('an element is too long')
    const length =
      size === 0
        ? first
        : bytes.slice(at + 2, at + 2 + size).reduce((sum, byte) => sum * 256 + byte, 0)
    const begin = at + 2 + size
    if (begin + length > bytes.length) throw new RangeError('an element ends after the bytes')
    elements.push({ tag, content: bytes.slice(begin, begin + length) })
    at = begin + length
  }
  return elements
}
