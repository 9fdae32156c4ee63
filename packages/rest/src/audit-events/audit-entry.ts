/** What the audit callback of a handler gets about a request. */

import type { ProfileName } from 'pocket-hsm'
import type { CallerIdentity } from '../access/authorize.ts'
import type { AuditedExternalKeyRequest } from '../external-keys/ask-manager.ts'
import type { OperationName } from '../routes/routes.ts'

/**
 * A request in the audit callback: never a token, a body, a query or bytes of a key. Texts of the client are cut, and
 * copies, so that an entry does not keep its request in memory.
 */
export interface AuditEntry {
  /** When the request arrived: milliseconds since 1970, on the clock of the HSM. */
  readonly time: number
  /** Milliseconds until the response was made, on the clock of the HSM. */
  readonly durationMs: number
  /** As in `x-ms-request-id`. */
  readonly requestId: string
  /** The service that the HSM behaves like. */
  readonly profile: ProfileName
  /** The `baseUrl` of the HSM, whatever address the client used. */
  readonly baseUrl: string
  /** The caller that the authorizer returned, at most 256 characters. */
  readonly caller?: string
  /** The claims of the caller's token that the authorizer returned. */
  readonly identity?: CallerIdentity
  /** Absent if the path is none of the API's. */
  readonly operation?: OperationName
  /** The name of the key, as in the path. */
  readonly name?: string
  readonly method: string
  /** Scheme, host and path as the client wrote them, without the query: at most 1,024 characters. */
  readonly url: string
  /** As in the query, at most 64 characters. */
  readonly apiVersion?: string
  /** The `User-Agent`, at most 512 characters. */
  readonly userAgent?: string
  /** The `x-ms-client-request-id`, at most 64 characters. */
  readonly clientRequestId?: string
  readonly status: number
  /** `error.code` of an error. */
  readonly code?: string
  /** What the HSM asked of its external key manager. */
  readonly externalKeyRequest?: AuditedExternalKeyRequest
}
