/** The sizes of AES keys (FIPS 197 section 1). */

import { requireBytes } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'

/** Returns whether an AES key can have this length in bytes. */
export const isAesKeyLength = (length: number): boolean =>
  length === 16 || length === 24 || length === 32

/**
 * Throws if a key is not an AES key.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - anything but 16, 24 or 32 bytes.
 */
export function requireAesKey(key: Uint8Array): void {
  if (isAesKeyLength(requireBytes('The key', key).length)) return
  throw cryptoError('INVALID_ARGUMENT', `An AES key has 16, 24 or 32 bytes, not ${key.length}.`)
}
