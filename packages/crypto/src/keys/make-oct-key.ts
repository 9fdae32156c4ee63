/** Symmetric key values from their bytes: frozen, with the bytes inside a {@link Secret}. */

import { cryptoError } from '../crypto-error.ts'
import type { OctKey } from '../key-material.ts'
import { Secret } from '../secret.ts'

/**
 * Makes a symmetric key.
 *
 * @param bytes - The key, at least one byte; copied.
 * @returns A frozen key whose `bits` is eight for each byte.
 * @throws {@link CryptoError} `INVALID_KEY` - no bytes.
 *
 * @example
 * ```ts
 * import { makeOctKey } from '@pocket-hsm/crypto'
 *
 * makeOctKey(new Uint8Array(32)).bits // 256
 * ```
 */
export function makeOctKey(bytes: Uint8Array): OctKey {
  if (bytes.length === 0) throw cryptoError('INVALID_KEY', 'The key is empty.')
  const secretKey = new Secret(Uint8Array.from(bytes))
  return Object.freeze({ kty: 'oct', bits: 8 * bytes.length, secretKey })
}
