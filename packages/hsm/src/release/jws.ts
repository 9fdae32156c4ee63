/** JSON Web Signatures in compact form, by the algorithms of RSA and EC keys (RFC 7515; RFC 7518 section 3). */

import {
  type Algorithm,
  bytesToUtf8,
  digest,
  findAlgorithm,
  fromBase64url,
  type KeyMaterial,
  type RandomSource,
  sign,
  toBase64url,
  utf8ToBytes,
  verify,
} from '@pocket-hsm/crypto'

/** A JWS whose form was seen to be right; its signature was not looked at. */
export interface Jws {
  readonly header: Readonly<Record<string, unknown>> & { readonly alg: string }
  /** The payload, which is a JSON object in all that this package reads. */
  readonly claims: Readonly<Record<string, unknown>>
  /** What was signed. */
  readonly signingInput: Uint8Array
  readonly signature: Uint8Array
}

/** Characters of a JWS: the largest tokens of attestation services have a quarter of that. */
const MOST_CHARACTERS = 65_536

/**
 * Reads a JWS whose payload is a JSON object.
 *
 * @param text - At most 65,536 characters.
 * @returns Nothing for anything that RFC 7515 section 5.2 refuses before the signature is looked at: another number
 *   of parts, base64url that is not canonical, a header without `alg`, one with critical extensions.
 */
export function parseJws(text: unknown): Jws | undefined {
  if (typeof text !== 'string' || text.length > MOST_CHARACTERS) return undefined
  const parts = text.split('.')
  const bytes = parts.map(canonicalBytes)
  const [header, claims, signature] = [parseObject(bytes[0]), parseObject(bytes[1]), bytes[2]]
  if (parts.length !== 3 || header === undefined || claims === undefined) return undefined
  if (signature === undefined || typeof header['alg'] !== 'string') return undefined
  // RFC 7515 section 4.1.11: what `crit` names must be understood, and nothing of it is.
  if ('crit' in header) return undefined
  const signingInput = utf8ToBytes(text.slice(0, text.lastIndexOf('.')))
  return { header: { ...header, alg: header['alg'] }, claims, signingInput, signature }
}

/** Signs an object, with the algorithm that the header names. */
export function signJws(
  header: Readonly<Record<string, unknown>> & { readonly alg: string },
  payload: string,
  key: KeyMaterial,
  random: RandomSource,
): string {
  const signingInput = [JSON.stringify(header), payload].map(textToBase64url).join('.')
  const { hash, algorithm } = signatureAlgorithm(header.alg) as SignatureAlgorithm
  const hashed = digest(hash, utf8ToBytes(signingInput))
  return `${signingInput}.${toBase64url(sign(key, algorithm, hashed, random))}`
}

/** Whether a key made the signature, with the algorithm that the header names. */
export function isSignedBy({ header, signingInput, signature }: Jws, key: KeyMaterial): boolean {
  const { hash, algorithm } = signatureAlgorithm(header.alg) ?? {}
  if (hash === undefined || algorithm === undefined || key.kty !== algorithm.kty) return false
  if (key.kty === 'EC' && algorithm.kty === 'EC' && key.crv !== algorithm.crv) return false
  // RFC 7518 sections 3.3 and 3.5: a key of 2048 bits or more.
  if (key.kty === 'RSA' && key.bits < 2048) return false
  return verify(key, algorithm, digest(hash, signingInput), signature)
}

/** The row of a signature algorithm of RFC 7518 section 3.1 or RFC 8812 section 3.2 that has a public key. */
export function signatureAlgorithm(alg: string): SignatureAlgorithm | undefined {
  const algorithm = findAlgorithm(alg)
  if (algorithm === undefined || algorithm.kty === 'oct') return undefined
  if (!algorithm.operations.includes('sign')) return undefined
  const hash = 'hash' in algorithm ? algorithm.hash : undefined
  return hash === undefined ? undefined : { hash, algorithm }
}

interface SignatureAlgorithm {
  readonly hash: Parameters<typeof digest>[0]
  readonly algorithm: Algorithm
}

const textToBase64url = (text: string): string => toBase64url(utf8ToBytes(text))

/** RFC 7515 section 2: no padding, no other character; and one spelling for each byte string. */
function canonicalBytes(text: string): Uint8Array | undefined {
  const bytes = unlessRefused(() => fromBase64url(text))
  return bytes !== undefined && toBase64url(bytes) === text ? bytes : undefined
}

function parseObject(bytes: Uint8Array | undefined): Readonly<Record<string, unknown>> | undefined {
  const value = bytes && unlessRefused((): unknown => JSON.parse(bytesToUtf8(bytes)))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return value as Readonly<Record<string, unknown>>
}

/** JSON.parse refuses with a SyntaxError, or where text nests too deep for the host with another of its errors. */
function unlessRefused<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
