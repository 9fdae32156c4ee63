/** What all requests to one HSM of a database share. */

import { type Hsm, HsmError, type RsaPoolRequest } from 'pocket-hsm'
import type { AuditBuffer } from '../audit/audit-buffer.ts'
import type { KeyCache } from '../cache/key-cache.ts'
import type { Driver } from '../driver/driver.ts'
import { type FailureKind, failureKind, toDatabaseError } from '../errors/database-error.ts'
import type { DatabaseObserver } from '../measure/measurements.ts'
import type { LoadStatements } from '../rows/load.ts'
import type { Sealer } from '../schema/seal.ts'
import type { TakeTurn } from './turns.ts'

/** An HSM without keys, and the revision that it was made of. */
export interface Template {
  readonly revision: number
  readonly hsm: Hsm
}

/** What all HSMs of a database share. */
export interface DatabaseContext {
  readonly driver: Driver
  /** The name of the schema, which can be part of a statement. */
  readonly schema: string
  readonly load: LoadStatements
  readonly commit: string
  readonly cache: KeyCache
  readonly audit: AuditBuffer
  readonly takeTurn: TakeTurn
  readonly sealer: Sealer
  /** `max_connections` of the server. */
  readonly serverConnections: number
  /** Milliseconds for which a database that is away is waited for. */
  readonly recoveryMs: number
  /** Milliseconds for which it is asked whether a commit happened whose connection was lost. */
  readonly resolveMs: number
  /** Takes note of what the clock of the database showed just now. */
  readonly noteTime: (now: number) => void
  /** Takes note of how a statement that writes has ended. */
  readonly noteWrite: (failure: FailureKind | undefined) => void
  /** Receives measurements. */
  readonly observe: DatabaseObserver
}

/** One HSM. */
export interface StoreContext extends DatabaseContext {
  readonly id: number
  readonly name: string
  /** Replaced when the HSM has changed. */
  template: Template
  readonly importTemplate: (bytes: Uint8Array) => Hsm
  readonly makeRsaKey: ((request: RsaPoolRequest) => Promise<Uint8Array | undefined>) | undefined
  /** Called when events were stored. */
  readonly onStored: () => void
}

const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 500

/** Waits for a database that is away; what else goes wrong is thrown at once. */
export async function retrying<Result>(
  waitMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const end = Date.now() + waitMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work()
    } catch (error) {
      const kind = failureKind(error)
      const isPassing =
        kind === 'DatabaseAway' || kind === 'TooManyConnections' || kind === 'Conflict'
      if (error instanceof HsmError || !isPassing || Date.now() + pauseMs > end)
        throw toDatabaseError(error)
      await pause(pauseMs)
    }
  }
}

/** Resolves after some milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}
