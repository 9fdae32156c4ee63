/** The options of a handler. */

import type { Hsm } from 'pocket-hsm'
import type { Authorizer } from '../access/authorize.ts'
import type { ChallengeOptions } from '../access/challenge.ts'
import type { ReleasePreparation } from '../access/named-issuer.ts'
import type { AuditEntry } from '../audit-events/audit-entry.ts'
import type { AsyncExternalKeyManager } from '../external-keys/ask-manager.ts'
import type { FaultScript } from '../faults/faults.ts'
import type { ThrottleLimits } from '../faults/throttle.ts'
import type { JobLease } from '../full-backup/running-jobs.ts'
import type { Storage } from '../full-backup/storage.ts'
import type { RsaKeyMaker } from './make-rsa-keys.ts'

/**
 * One HSM for every address, or several by the host that a client calls, `contoso.vault.azure.net` with its port if it
 * has one: as an object, or as a function where they come and go.
 */
export type HsmSource = Hsm | Readonly<Record<string, Hsm>> | ((host: string) => Hsm | undefined)

/** The options of {@link createHandler}. Every member has a default. */
export interface HandlerOptions {
  /**
   * Refuses unknown members, api-versions that do not exist yet, what the api-version does not have, and content types
   * other than JSON. Defaults to `false`.
   */
  readonly strict?: boolean
  /** The most bytes of a request body. Defaults to 4 MiB. */
  readonly maxBodyLength?: number
  /** Decides who may do what. By default any token may do everything. */
  readonly authorize?: Authorizer
  /** The authority and the resource of the challenge in a 401. */
  readonly challenge?: ChallengeOptions
  /** A script of faults, from {@link createFaultScript}. By default nothing fails. */
  readonly faults?: FaultScript
  /** The limits beyond which a request gets a 429: `'documented'` for those of the documentation. By default none. */
  readonly throttle?: 'documented' | ThrottleLimits
  /**
   * Called for each request with a token, once its response is made. It must not throw.
   *
   * The HSM's own trail, which `readAudit` reads, has the calls and their callers. This callback also gets the requests
   * that never became a call, because the authorizer, a limit, a fault or their own form refused them.
   */
  readonly audit?: (entry: AuditEntry) => void
  /**
   * Makes RSA keys somewhere else, so that other requests are handled meanwhile: those keys that a creation or a
   * rotation, requested or due, needs and the `rsaPool` of the HSM does not have. Each HSM must have such a pool.
   */
  readonly makeRsaKey?: RsaKeyMaker
  /**
   * Awaited before a key release whose token is issued by an authority of the key's policy, so that you can fetch the
   * authority's keys for `attestationKeys`.
   */
  readonly prepareRelease?: ReleasePreparation
  /**
   * Blob storage for full backups and restores: takes the requests that write and read blobs. Defaults to `fetch`. It
   * decides which addresses a caller may name; for a managed identity, it has to add the credential.
   */
  readonly storage?: Storage
  /**
   * Answers what HSMs ask of their external key manager, in place of the `externalKeyManager` of each; unlike that, it may
   * return a promise. See also {@link createProxyKeyManager}.
   */
  readonly externalKeyManager?: AsyncExternalKeyManager
  /**
   * Lends the operation of a request the HSM that it runs on, and stores what it changed. Defaults to the HSM itself, whose
   * changes are made at once.
   */
  readonly transaction?: Transaction
  /**
   * Tells which jobs of full backups and restores other processes work on, for an HSM that several of them share. By default
   * a job that this process does not run has failed.
   */
  readonly jobLease?: JobLease
}

/**
 * Runs the work of one request on an HSM with the state of the moment, for state that is stored elsewhere: `work` may run
 * more than once, each time on another HSM; what the last run did and returned counts, and is stored before the promise
 * resolves, also if it rejects.
 *
 * @param hsm - The HSM as the handler was given it.
 * @param hint - The name of the key in the path; empty if it has none.
 */
export type Transaction = <Result>(
  hsm: Hsm,
  hint: { readonly name: string },
  work: (hsm: Hsm) => Promise<Result>,
) => Promise<Result>
