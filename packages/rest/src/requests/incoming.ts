/** What is known of a request before its body is read. */

import type { Hsm } from 'pocket-hsm'
import type { RouteMatch } from '../routes/routes.ts'
import type { Personality } from '../wire/personalities.ts'

/** A request that has found its HSM. */
export interface Incoming {
  readonly request: Request
  readonly url: URL
  /** Milliseconds since 1970, on the clock of the HSM. */
  readonly arrivedAt: number
  /** A GUID. */
  readonly requestId: string
  /** In upper case; that of the override where there is one. */
  readonly method: string
  /** As it was given to the handler. */
  readonly hsm: Hsm
  /** The same at the address that the client used. */
  readonly view: Hsm
  readonly personality: Personality
  readonly match: RouteMatch
}
