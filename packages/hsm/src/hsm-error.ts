/** The one error of the engine: the service's own status, code and text. */

/** What an {@link HsmError} is made of. */
export interface HsmErrorFacts {
  readonly status: number
  readonly code: string
  readonly innerCode?: string
  readonly message: string
  readonly activityId?: string
  readonly cause?: unknown
}

/** Marks the errors of every copy of pocket-hsm in the process. */
const MARK = Symbol.for('pocket-hsm HsmError')

/**
 * An error in the service's words. The HSM is as it was before the call.
 *
 * No bytes of a key, plaintext or password are ever in its text. `instanceof HsmError` is true for the errors of every
 * copy of pocket-hsm in the process: the ECMAScript and the CommonJS module, and copies from several folders.
 *
 * @see Key Vault REST API, common parameters and headers: error response
 *
 * @example
 * ```ts
 * import { createHsm, getKey, HsmError } from 'pocket-hsm'
 *
 * try {
 *   getKey(createHsm(), 'nobody')
 * } catch (error) {
 *   if (!(error instanceof HsmError)) throw error
 *   error.status // 404
 *   error.code // 'KeyNotFound'
 * }
 * ```
 */
export class HsmError extends Error {
  static {
    Object.defineProperty(HsmError.prototype, MARK, { value: true })
    Object.defineProperty(HsmError, Symbol.hasInstance, { value: hasInstance })
  }

  /** The HTTP status of the service's response. */
  readonly status: number
  /** `error.code` of the service's body, for example `Forbidden`. */
  readonly code: string
  /** `error.innererror.code` if there is one, for example `KeyOperationForbidden`. */
  readonly innerCode?: string
  /** The GUID that a Managed HSM puts at the end of its messages. */
  readonly activityId?: string

  /** Makes the error from its facts. */
  constructor(facts: HsmErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'HsmError'
    this.status = facts.status
    this.code = facts.code
    if (facts.innerCode !== undefined) this.innerCode = facts.innerCode
    if (facts.activityId !== undefined) this.activityId = facts.activityId
  }
}

/** `value instanceof this`: by the mark for `HsmError` itself, by the prototype for a class that extends it. */
function hasInstance(this: typeof HsmError, value: unknown): boolean {
  if (this !== HsmError) return Function.prototype[Symbol.hasInstance].call(this, value)
  return typeof value === 'object' && value !== null && MARK in value
}

/** A value as a text may show it: whatever was given, showing it never fails. */
export function printable(value: unknown): string {
  const isPlain = value === null || !['object', 'function'].includes(typeof value)
  return isPlain ? String(value) : typeof value
}

/** More characters than any text has that does not quote what a caller sent. */
const LONGEST_TEXT = 2048

/** Cuts a text that quotes something long. */
export function shortened(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`
}

/** Makes a 400 `BadParameter`, the service's error for input that it does not accept. */
export function badParameter(message: string): HsmError {
  return new HsmError({ status: 400, code: 'BadParameter', message: shortened(message) })
}
