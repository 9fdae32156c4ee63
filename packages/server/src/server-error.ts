/** Errors of a server, distinguished by a code. */

/** Why a server does not start, or a command fails. */
export type ServerErrorCode =
  | 'BadOption'
  | 'RefusedBinding'
  | 'NotListening'
  | 'BadCertificate'
  | 'BadFile'
  | 'NotReached'
  | 'BadState'

/** An error with a code, as Node's own errors have. */
export interface ServerError extends Error {
  readonly code: ServerErrorCode
}

/** Makes an error. */
export function serverError(code: ServerErrorCode, message: string, cause?: unknown): ServerError {
  const error = new Error(message, cause === undefined ? {} : { cause })
  return Object.assign(error, { code })
}
