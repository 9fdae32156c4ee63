/** The hash parameters of the RSA schemes, and the digests that they sign. */

import { requireBytes } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'
import { HASHES, type HashName } from '../hash/hashes.ts'

/**
 * The length of a hash's digest in bytes, hLen in RFC 8017.
 *
 * @param option - The parameter that names the hash, for the error text.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not the name of a hash.
 */
export function digestLengthOf(option: 'hash' | 'mgfHash', hash: HashName): number {
  if (typeof hash === 'string' && Object.hasOwn(HASHES, hash)) return HASHES[hash].outputLen
  throw cryptoError(
    'INVALID_ARGUMENT',
    `${option} must be one of ${Object.keys(HASHES).join(', ')}.`,
  )
}

/**
 * Requires a digest as long as the hash makes them.
 *
 * @returns Its length.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not the name of a hash, not bytes, or another length.
 */
export function requireDigestOf(hash: HashName, digest: Uint8Array): number {
  const hLen = digestLengthOf('hash', hash)
  requireBytes('The digest', digest)
  if (digest.length === hLen) return hLen
  throw cryptoError(
    'INVALID_ARGUMENT',
    `A digest of ${hash} has ${hLen} bytes, not ${digest.length}.`,
  )
}
