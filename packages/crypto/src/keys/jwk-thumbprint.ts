/** The JWK thumbprint: a name for a key that depends on the key alone (RFC 7638). */

import { utf8ToBytes } from '@noble/hashes/utils.js'
import { cryptoError } from '../crypto-error.ts'
import type { HashName } from '../hash/hashes.ts'
import { digest } from '../hash/hashes.ts'
import type { JsonWebKey } from './json-web-key.ts'

/**
 * Hashes the members that make the key, in their canonical JSON form.
 *
 * The members are taken as they are written: the same point with and without its leading zeros has two
 * thumbprints, and so have `P-256K` and `secp256k1`. What {@link toPublicJwk} answers is always in one form.
 *
 * @param jwk - Private members are not looked at; a symmetric key needs its `k`.
 * @param hash - SHA-256 unless told.
 * @returns A fresh array as long as the digest.
 * @throws {@link CryptoError} `INVALID_KEY` - a required member is missing or not a string.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - another key type than RSA, EC and oct.
 * @see RFC 7638 section 3
 *
 * @example
 * ```ts
 * import { jwkThumbprint, toBase64url } from '@pocket-hsm/crypto'
 *
 * toBase64url(jwkThumbprint({ kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw' })).length // 43
 * ```
 */
export function jwkThumbprint(jwk: JsonWebKey, hash: HashName = 'SHA-256'): Uint8Array {
  const members = REQUIRED_MEMBERS.get(jwk.kty)
  if (members === undefined) {
    throw cryptoError('UNSUPPORTED_KEY', 'Thumbprints are of RSA, EC and oct keys.')
  }
  const entries = members.map((member) => {
    const value = jwk[member]
    if (typeof value === 'string') return [member, value]
    throw cryptoError('INVALID_KEY', `The JWK is not valid: ${member} is missing or not a string.`)
  })
  return digest(hash, utf8ToBytes(JSON.stringify(Object.fromEntries(entries))))
}

/** RFC 7638 section 3.2; section 3.3 has them in lexicographic order. */
const REQUIRED_MEMBERS: ReadonlyMap<string, readonly (keyof JsonWebKey)[]> = new Map([
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['RSA', ['e', 'kty', 'n']],
  ['oct', ['k', 'kty']],
] as const)
