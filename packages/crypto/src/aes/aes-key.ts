/** The sizes of AES keys (FIPS 197 section 1). */

import { cryptoError } from '../crypto-error.ts'

/** Tells whether a key of so many bytes is an AES key. */
export const isAesKeyLength = (length: number): boolean =>
  length === 16 || length === 24 || length === 32

/**
 * Refuses what is not an AES key.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key of other than 16, 24 or 32 bytes.
 */
export function requireAesKey(key: Uint8Array): void {
  if (isAesKeyLength(key.length)) return
  throw cryptoError('INVALID_ARGUMENT', `An AES key has 16, 24 or 32 bytes, not ${key.length}.`)
}
