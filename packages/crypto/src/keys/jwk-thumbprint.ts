/** JWK thumbprints: an identifier computed from the key only (RFC 7638). */

import { utf8ToBytes } from '@noble/hashes/utils.js'
import { cryptoError } from '../crypto-error.ts'
import { digest, HASHES, type HashName } from '../hash/hashes.ts'
import type { JsonWebKey } from './json-web-key.ts'

/**
 * Computes the thumbprint of a JWK: the hash of its required members in canonical JSON.
 *
 * The members are hashed as they are written: the same point with and without leading zeros has two thumbprints,
 * and so have `P-256K` and `secp256k1`. The result of {@link toPublicJwk} is always in the same form.
 *
 * @param jwk - Private members are ignored; a symmetric key needs its `k`.
 * @param hash - Defaults to SHA-256.
 * @returns A fresh array as long as the hash's digest.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not the name of a hash.
 * @throws {@link CryptoError} `INVALID_KEY` - not an object, or a required member is missing or not a string.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - a key type other than RSA, EC, AKP and oct.
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
  if (typeof jwk !== 'object' || jwk === null) {
    throw cryptoError('INVALID_KEY', 'The JWK is not an object.')
  }
  if (!Object.hasOwn(HASHES, hash)) {
    throw cryptoError('INVALID_ARGUMENT', `hash must be one of ${Object.keys(HASHES).join(', ')}.`)
  }
  const members = REQUIRED_MEMBERS.get(jwk.kty)
  if (members === undefined) {
    throw cryptoError(
      'UNSUPPORTED_KEY',
      'The key type of the JWK is not supported: kty must be RSA, EC, AKP or oct.',
    )
  }
  const entries = members.map((member) => {
    const value = jwk[member]
    if (typeof value === 'string') return [member, value]
    throw cryptoError('INVALID_KEY', `The JWK is not valid: ${member} is missing or not a string.`)
  })
  return digest(hash, utf8ToBytes(JSON.stringify(Object.fromEntries(entries))))
}

/** RFC 7638 section 3.2, in the lexicographic order of section 3.3; for AKP, "ML-DSA for JOSE and COSE" section 6. */
const REQUIRED_MEMBERS: ReadonlyMap<string, readonly (keyof JsonWebKey)[]> = new Map([
  ['AKP', ['alg', 'kty', 'pub']],
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['RSA', ['e', 'kty', 'n']],
  ['oct', ['k', 'kty']],
] as const)
