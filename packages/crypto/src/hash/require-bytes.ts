/** A check of arguments whose type only the compiler has seen. */

import { isBytes } from '@noble/hashes/utils.js'
import { cryptoError } from '../crypto-error.ts'

/**
 * Throws if an argument is not a `Uint8Array` or a subclass such as `Buffer`, of this realm or another.
 *
 * @param name - Subject of the error message: `The plaintext`.
 * @returns The value itself.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - any other value, which the message does not show.
 */
export function requireBytes(name: string, value: unknown): Uint8Array {
  if (isBytes(value)) return value
  const type = value === null || Array.isArray(value) ? 'object' : typeof value
  throw cryptoError('INVALID_ARGUMENT', `${name} must be a Uint8Array, not of type ${type}.`)
}
