/** The parts of a response, before it is a `Response`. */

import type { HsmError } from 'pocket-hsm'

/** Status, body and headers of a response. */
export interface ResponseParts {
  readonly status: number
  /** The JSON of the body; there is no body if it is `undefined`. */
  readonly json?: unknown
  /** A body that is not JSON, instead of `json`. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The error, if it is one. */
  readonly error?: HsmError
}
