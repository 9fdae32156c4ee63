/** A request whose operation is to be run. */

import type { Hsm, HsmViewOptions } from 'pocket-hsm'
import type { ReleasePreparation } from '../access/named-issuer.ts'
import type { AskingCall } from '../external-keys/ask-manager.ts'
import type { JobLease } from '../full-backup/running-jobs.ts'
import type { Storage } from '../full-backup/storage.ts'
import type { Body } from '../requests/parse-request.ts'
import type { BodyContext } from '../responses/bodies.ts'
import type { RsaKeyMaker } from './make-rsa-keys.ts'

/** A request whose operation is to be run. */
export interface Call extends BodyContext, Body, AskingCall {
  /** The HSM at the address that the client used. */
  readonly hsm: Hsm
  /** The same HSM for the host: whatever is done through it has no caller. */
  readonly host: Hsm
  /** The HSM as it was passed to the handler: what processes know it by. */
  readonly home: Hsm
  /** Which jobs other processes work on; `undefined` if there are none. */
  readonly jobLease: JobLease | undefined
  /** Runs work on the HSM after this call, such as the end of a job. */
  readonly later: <Result>(work: (host: Hsm) => Result | Promise<Result>) => Promise<Result>
  /** Has something done once what the call changed is stored: what the process does beside the HSM. */
  readonly afterwards: (work: () => void) => void
  readonly storage: Storage
  readonly url: URL
  /** How `hsm` sees the HSM. */
  readonly viewOptions: HsmViewOptions
  /** Scheme and host as the client spelled them, for URLs that it is given. */
  readonly origin: string
  /** The query, with names in lower case. */
  readonly query: ReadonlyMap<string, string>
  /** The name of the key; empty if the path has none. */
  readonly name: string
  /** The name, with the version if the path has one. */
  readonly reference: string
  /** The other parameters of the path, decoded: `scope`, `id`. */
  readonly segments: Readonly<Record<string, string>>
  readonly makeRsaKey: RsaKeyMaker | undefined
  /** The signal of the request. */
  readonly signal: AbortSignal
  readonly prepareRelease: ReleasePreparation | undefined
}
