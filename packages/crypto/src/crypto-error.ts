/** What this package throws: a plain `Error` with a code, made in one place. */

/**
 * Why a call was refused.
 *
 * | code | meaning |
 * | --- | --- |
 * | `INVALID_ARGUMENT` | a length, a size or an option outside what the function's comment allows |
 * | `INVALID_KEY` | a key that is damaged or inconsistent: n ≠ p·q, a point off its curve, bad DER |
 * | `UNSUPPORTED_KEY` | a well-formed key of a kind that is not offered; the message says how to convert it |
 * | `WRONG_PASSWORD` | an encrypted key that this password does not open |
 * | `OPERATION_FAILED` | the one answer for every cryptographic refusal: padding, tag, ICV, OAEP |
 */
export type CryptoErrorCode =
  | 'INVALID_ARGUMENT'
  | 'INVALID_KEY'
  | 'UNSUPPORTED_KEY'
  | 'WRONG_PASSWORD'
  | 'OPERATION_FAILED'

/** An `Error` whose `name` is `CryptoError` and whose `code` says why. No bytes of a key are in its text. */
export interface CryptoError extends Error {
  readonly name: 'CryptoError'
  /** Why the call was refused. */
  readonly code: CryptoErrorCode
}

/** Makes the error to throw. */
export function cryptoError(code: CryptoErrorCode, message: string): CryptoError {
  return Object.assign(new Error(message), { name: 'CryptoError' as const, code })
}

/** The one error for every cryptographic refusal, so that a caller learns nothing about which check failed. */
export function operationFailed(): CryptoError {
  return cryptoError('OPERATION_FAILED', 'The operation failed.')
}

/**
 * Tells whether something thrown came from this package.
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
