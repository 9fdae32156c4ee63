/** What is known of a request before its body is read. */

import type { Hsm, HsmViewOptions } from 'pocket-hsm'
import type { AuditedExternalKeyRequest } from '../external-keys/ask-manager.ts'
import type { RouteMatch } from '../routes/route.ts'
import type { OperationName } from '../routes/routes.ts'
import type { WireProfile } from '../wire/wire-profile.ts'

/** A request to one of the handler's HSMs. */
export interface ReceivedRequest {
  readonly request: Request
  readonly url: URL
  /** Milliseconds since 1970, on the clock of the HSM. */
  readonly arrivedAt: number
  /** In upper case; `X-HTTP-REQUEST` overrides that of a POST. */
  readonly method: string
  /** As it was passed to the handler. */
  readonly hsm: Hsm
  /** The same HSM at the address that the client used. */
  readonly view: Hsm
  /** How the operation sees it: at that address, and for the caller. */
  readonly viewOptions: HsmViewOptions
  readonly wire: WireProfile
  readonly match: RouteMatch<OperationName>
  /** What is learned of it while it is handled. */
  readonly notes: RequestNotes
}

/** What a request was found to do, for the audit callback. */
export interface RequestNotes {
  externalKeyRequest?: AuditedExternalKeyRequest
}
