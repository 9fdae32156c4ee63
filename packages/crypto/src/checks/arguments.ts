/** Checks of arguments whose types only the compiler has seen: a caller in JavaScript may pass anything. */

import { isBytes } from '@noble/hashes/utils.js'
import { cryptoError } from '../crypto-error.ts'

/**
 * Requires bytes: a `Uint8Array` or a subclass such as `Buffer`, of this realm or another.
 *
 * @param name - Subject of the error message: `The plaintext`.
 * @returns The value itself.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - any other value.
 */
export function requireBytes(name: string, value: unknown): Uint8Array {
  return isBytes(value) ? value : reject(name, 'a Uint8Array', value)
}

/**
 * Requires a `bigint`.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - any other value.
 */
export function requireBigInt(name: string, value: unknown): bigint {
  return typeof value === 'bigint' ? value : reject(name, 'a bigint', value)
}

/**
 * Requires an object: a row of an algorithm table, or a set of parameters.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - any other value, including `null`, arrays and functions.
 */
export function requireObject<Value extends object>(name: string, value: Value): Value {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? value : reject(name, 'an object', value)
}

/**
 * Requires a function.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - any other value.
 */
export function requireFunction<Value extends (...values: never[]) => unknown>(
  name: string,
  value: Value,
): Value {
  return typeof value === 'function' ? value : reject(name, 'a function', value)
}

/** Names the type of a value and never shows the value: it may be secret. */
export function nameOfType(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function reject(name: string, expected: string, value: unknown): never {
  const subject = name.charAt(0).toUpperCase() + name.slice(1)
  throw cryptoError('INVALID_ARGUMENT', `${subject} must be ${expected}, not ${nameOfType(value)}.`)
}
