/** A request to one of the endpoints. */

import type { Identity } from '../grants/grant-context.ts'

/** What an endpoint is called with. */
export interface EndpointCall {
  readonly identity: Identity
  readonly request: Request
  readonly url: URL
  /** Scheme, host and port. */
  readonly origin: string
  /** The parts of the path that the route captures, decoded. */
  readonly parts: readonly string[]
  /** When the request arrived: milliseconds since 1970. */
  readonly now: number
}
