/** What a grant is decided with: the handler's parts, and one request. */

import type { RandomSource } from '@pocket-hsm/crypto'
import type { Directory } from '../directory/directory.ts'
import type { Tenants } from '../directory/tenants.ts'
import type { Dialect } from '../tokens/claims.ts'
import type { Seal } from '../tokens/sealed.ts'
import type { SigningKey } from '../tokens/signing-key.ts'

/** The parts of one handler. */
export interface Identity {
  readonly tenants: Tenants
  readonly directory: Directory
  readonly key: SigningKey
  readonly seal: Seal
  readonly random: RandomSource
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly tokenSeconds: number
  readonly identityHeader: string | undefined
}

/** A request to a token endpoint. */
export interface TokenRequest {
  readonly identity: Identity
  /** The GUID of the tenant. */
  readonly tenant: string
  readonly dialect: Dialect
  /** The scheme and host that the client called. */
  readonly origin: string
  readonly form: ReadonlyMap<string, string>
  /** When it arrived: milliseconds since 1970. */
  readonly now: number
}
