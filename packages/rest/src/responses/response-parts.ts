/** What a response is made of, before it is a `Response`. */

import type { HsmError } from 'pocket-hsm'

/** Status, body and headers of a response. */
export interface ResponseParts {
  readonly status: number
  /** The JSON of the body; no body where `undefined`. */
  readonly json?: unknown
  /** A body that is not JSON, in place of `json`. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Where it is a refusal. */
  readonly error?: HsmError
}
