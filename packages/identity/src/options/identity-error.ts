/** Errors in the use of the package itself. */

/** An error with a code, as Node's own errors have. */
export interface IdentityError extends Error {
  readonly code: 'BadOption'
}

/** Makes the error for an option. */
export function badOption(message: string): IdentityError {
  return Object.assign(new Error(message), { code: 'BadOption' as const })
}
