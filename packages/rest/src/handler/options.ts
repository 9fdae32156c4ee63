/** How a handler may be set up. */

import type { Hsm } from 'pocket-hsm'
import type { Authorizer } from '../access/authorize.ts'
import type { ChallengeOptions } from '../access/challenge.ts'
import type { ReleasePreparation } from '../access/named-issuer.ts'
import type { FaultScript } from '../faults/faults.ts'
import type { ThrottleLimits } from '../faults/throttle.ts'
import type { OperationName } from '../routes/routes.ts'
import type { RsaKeyMaker } from './slow-work.ts'

/** An HSM for every address, or several by the host that a client calls: `contoso.vault.azure.net`, with its port if it has one. */
export type HsmSource = Hsm | Readonly<Record<string, Hsm>>

/** How to answer. Everything has a default. */
export interface HandlerOptions {
  /**
   * Refuses members that the API does not have, api-versions that it does not have yet, operations that the api-version
   * does not have, and content types other than JSON. `false` unless told.
   */
  readonly strict?: boolean
  /** The most bytes of a request's body: 4 MiB unless told. */
  readonly maxBodyLength?: number
  /** Who may do what: everybody with a token, unless told. */
  readonly authorize?: Authorizer
  /** What a request without a token is told. */
  readonly challenge?: ChallengeOptions
  /** What goes wrong: nothing, unless told. */
  readonly faults?: FaultScript
  /** Answers 429 beyond these limits: `'documented'` for those of the documentation, no limits unless told. */
  readonly throttle?: 'documented' | ThrottleLimits
  /**
   * Hears of each request that came with a token, after its answer is made. It must not throw.
   *
   * The HSM's own trail, which `readAudit` reads, has the calls with their callers. What it cannot know is here: requests
   * that never became a call, as the authoriser, a limit, a fault or their own form refused them.
   */
  readonly audit?: (entry: AuditEntry) => void
  /**
   * Makes RSA keys elsewhere, so that other requests are answered meanwhile: those that a creation or a rotation needs, asked for
   * or due, and the `rsaPool` of the HSM does not have. Each HSM must have such a pool.
   */
  readonly makeRsaKey?: RsaKeyMaker
  /**
   * Awaited before a release, where the key's policy names the token's issuer: time to fetch keys for
   * `attestationKeys`.
   */
  readonly prepareRelease?: ReleasePreparation
}

/** What the audit trail says of a request: never a token, a body or bytes of a key. */
export interface AuditEntry {
  /** When it arrived: milliseconds since 1970, on the clock of the HSM. */
  readonly time: number
  /** As in `x-ms-request-id`. */
  readonly requestId: string
  /** Whom the authoriser saw. */
  readonly caller?: string
  /** Absent where the path means none. */
  readonly operation?: OperationName
  /** The name of the key, as in the path. */
  readonly name?: string
  readonly status: number
  /** `error.code` of a refusal. */
  readonly code?: string
}
