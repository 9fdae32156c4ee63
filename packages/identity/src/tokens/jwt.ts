/** JSON Web Tokens in compact form: RFC 7519, RFC 7515 section 7.1. */

import {
  digest,
  findAlgorithm,
  fromBase64url,
  type KeyMaterial,
  toBase64url,
  utf8ToBytes,
  verify,
} from '@pocket-hsm/crypto'

/** The claims of a token, or its header. */
export type JsonObject = Readonly<Record<string, unknown>>

/** A token, read but not verified. */
export interface ParsedJwt {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** What the signature is over. */
  readonly signingInput: string
  readonly signature: Uint8Array
}

/** More characters than any token has that a request brings. */
const LONGEST = 32_768

/** Reads a token; `undefined` if it is none. */
export function parseJwt(token: string): ParsedJwt | undefined {
  if (token.length > LONGEST) return undefined
  const [header, payload, signature, ...more] = token.split('.')
  if (header === undefined || payload === undefined || signature === undefined) return undefined
  if (more.length > 0) return undefined
  try {
    return {
      header: parseObject(header),
      claims: parseObject(payload),
      signingInput: `${header}.${payload}`,
      signature: fromBase64url(signature),
    }
  } catch {
    return undefined
  }
}

function parseObject(part: string): JsonObject {
  const value = JSON.parse(new TextDecoder().decode(fromBase64url(part)))
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new TypeError('The part is not a JSON object.')
}

/** Encodes header and claims: what a signature is made of. */
export const encodeParts = (header: JsonObject, claims: JsonObject): string =>
  [header, claims].map((part) => toBase64url(utf8ToBytes(JSON.stringify(part)))).join('.')

/** The signatures that others may use. RFC 7518 section 3.1. */
const ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
]

/** Whether a token's signature is valid under a key. */
export function hasSignatureOf(token: ParsedJwt, key: KeyMaterial): boolean {
  const { alg } = token.header
  if (typeof alg !== 'string' || !ALGORITHMS.includes(alg)) return false
  const row = findAlgorithm(alg)
  if (row === undefined || row.kty !== key.kty || !('hash' in row) || row.hash === undefined) {
    return false
  }
  try {
    const hashed = digest(row.hash, utf8ToBytes(token.signingInput))
    return verify(key, row, hashed, token.signature)
  } catch {
    // The algorithm is for another curve.
    return false
  }
}

/** Whether a token is valid at an instant. Tokens without `exp` are not. RFC 7519 sections 4.1.4 and 4.1.5. */
export function isInTime({ exp, nbf }: JsonObject, now: number, toleranceSeconds: number): boolean {
  const seconds = now / 1000
  if (typeof exp !== 'number' || seconds >= exp + toleranceSeconds) return false
  return typeof nbf !== 'number' || seconds >= nbf - toleranceSeconds
}
