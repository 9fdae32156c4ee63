/** Symmetric key values from their bytes: frozen, with the bytes inside a {@link Secret}. */

import { cryptoError } from './crypto-error.ts'
import type { OctKey } from './key-material.ts'
import { Secret } from './secret.ts'

/**
 * Makes a symmetric key.
 *
 * @param octets - The key, at least one octet; copied.
 * @returns A frozen key whose `bits` is eight for each octet.
 * @throws {@link CryptoError} `INVALID_KEY` - no octets.
 *
 * @example
 * ```ts
 * import { makeOctKey } from '@pocket-hsm/crypto'
 *
 * makeOctKey(new Uint8Array(32)).bits // 256
 * ```
 */
export function makeOctKey(octets: Uint8Array): OctKey {
  if (octets.length === 0) throw cryptoError('INVALID_KEY', 'The key is empty.')
  const secretKey = new Secret(Uint8Array.from(octets))
  return Object.freeze({ kty: 'oct', bits: 8 * octets.length, secretKey })
}
