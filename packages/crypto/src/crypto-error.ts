/** The errors of this package: a plain `Error` with a code. */

/**
 * The reason for an error.
 *
 * | code | meaning |
 * | --- | --- |
 * | `INVALID_ARGUMENT` | a type, length, size or option that the function's documentation does not allow |
 * | `INVALID_KEY` | a key that is damaged or inconsistent: n ≠ p·q, a point off its curve, bad DER |
 * | `UNSUPPORTED_KEY` | a well-formed key of an unsupported kind; the message says how to convert it |
 * | `WRONG_PASSWORD` | an encrypted key that the password does not decrypt |
 * | `OPERATION_FAILED` | every cryptographic failure, without distinction: padding, tag, ICV, OAEP |
 */
export type CryptoErrorCode =
  | 'INVALID_ARGUMENT'
  | 'INVALID_KEY'
  | 'UNSUPPORTED_KEY'
  | 'WRONG_PASSWORD'
  | 'OPERATION_FAILED'

/** An `Error` whose `name` is `CryptoError`. Its message never contains bytes of a key. */
export interface CryptoError extends Error {
  readonly name: 'CryptoError'
  /** The reason for the error. */
  readonly code: CryptoErrorCode
}

/** Creates an error to throw. */
export function cryptoError(code: CryptoErrorCode, message: string): CryptoError {
  return Object.assign(new Error(message), { name: 'CryptoError' as const, code })
}

/** Creates the error for every cryptographic failure: it does not reveal which check failed. */
export function operationFailed(): CryptoError {
  return cryptoError('OPERATION_FAILED', 'The operation failed.')
}

/**
 * Checks whether an error was thrown by this package.
 *
 * @param error - Any value.
 *
 * @example
 * ```ts
 * import { importPkcs8, isCryptoError } from '@pocket-hsm/crypto'
 *
 * try {
 *   importPkcs8(new Uint8Array(3))
 * } catch (error) {
 *   if (!isCryptoError(error)) throw error
 *   error.code // 'INVALID_KEY'
 * }
 * ```
 */
export function isCryptoError(error: unknown): error is CryptoError {
  return error instanceof Error && error.name === 'CryptoError'
}
