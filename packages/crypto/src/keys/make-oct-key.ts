/** Creates symmetric keys from their bytes: frozen, with the bytes inside a {@link Secret}. */

import { requireBytes } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'
import type { OctKey } from '../key-material.ts'
import { Secret } from '../secret.ts'

/**
 * Creates a symmetric key.
 *
 * @param bytes - The key, 1 byte or more; copied.
 * @returns A frozen key of `8 * bytes.length` bits.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not a Uint8Array.
 * @throws {@link CryptoError} `INVALID_KEY` - an empty array.
 *
 * @example
 * ```ts
 * import { makeOctKey } from '@pocket-hsm/crypto'
 *
 * makeOctKey(new Uint8Array(32)).bits // 256
 * ```
 */
export function makeOctKey(bytes: Uint8Array): OctKey {
  requireBytes('The key', bytes)
  if (bytes.length === 0) throw cryptoError('INVALID_KEY', 'The key is empty.')
  const secretKey = new Secret(Uint8Array.from(bytes))
  return Object.freeze({ kty: 'oct', bits: 8 * bytes.length, secretKey })
}
