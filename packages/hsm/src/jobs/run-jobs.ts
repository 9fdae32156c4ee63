/** Starting, finishing and finding jobs. The caller that starts a job does its work. */

import { readInstant } from '../engine/audit-context.ts'
import { type Engine, engineOf, type Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { badParameter, HsmError, printable } from '../hsm-error.ts'
import { newGuid } from '../random/guid.ts'
import { pooledRandom } from '../random/random-pool.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { readMember, withMember } from '../state/administration.ts'
import {
  type HsmJob,
  type HsmJobError,
  type HsmJobKind,
  JOBS,
  latestFirst,
  type StoredJob,
  withJob,
} from './job.ts'

/**
 * Starts a job: a backup or a restore that someone else does, such as a server that writes to blob storage.
 *
 * The HSM remembers that the job is in progress, until {@link finishJob} says how it ended. Jobs are part of what an HSM
 * exports, but of no backup. The latest hundred are remembered.
 *
 * @param kind - The operation that starts it.
 * @throws {@link HsmError} 409 `Conflict` - another job is in progress.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown kind, or an HSM that behaves like a vault.
 *
 * @example
 * ```ts
 * import { createHsm, finishJob, startJob } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const { id } = startJob(hsm, 'startBackup')
 * finishJob(hsm, id, { storageUri: 'https://contoso.blob.core.windows.net/backup/mhsm-1' }).status // 'Succeeded'
 * ```
 */
export function startJob(hsm: Hsm, kind: HsmJobKind): HsmJob {
  if (!Object.hasOwn(KINDS, kind)) throw badParameter(`Unknown kind of job: ${printable(kind)}`)
  return runOperation(hsm, kind, (call) => {
    const { engine } = call
    checkHasJobs(engine)
    const jobs = latestFirst(readMember(engine.state, JOBS))
    const running = jobs.find(({ status }) => status === 'InProgress')
    if (running !== undefined) throw anotherJob(running)
    const number = (jobs[0]?.number ?? 0) + 1
    const startTime = Math.floor(readInstant(call) / 1000)
    const id = newJobId(engine, number)
    return store(engine, { id, kind, status: 'InProgress', startTime, number })
  })
}

const KINDS: Readonly<Record<HsmJobKind, true>> = {
  startBackup: true,
  checkBackup: true,
  startRestore: true,
  startKeyRestore: true,
  checkRestore: true,
}

/** How a job ended: with an error, or well; a backup is then in the folder `storageUri`. */
export interface HsmJobOutcome {
  readonly error?: HsmJobError
  readonly storageUri?: string
}

/**
 * Stores how a job ended. A job that has ended already is left as it is.
 *
 * @param id - From {@link startJob}.
 * @param outcome - An error, or nothing if it ended well. Texts are cut to 2,048 characters.
 * @returns The job.
 * @throws {@link HsmError} 404 `JobNotFound` - no such job, or one that is forgotten.
 *
 * @example
 * ```ts
 * import { createHsm, finishJob, startJob } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const { id } = startJob(hsm, 'startRestore')
 * const error = { code: 'StorageError', message: 'The folder does not exist.' }
 * finishJob(hsm, id, { error }).status // 'Failed'
 * ```
 */
export function finishJob(hsm: Hsm, id: string, outcome: HsmJobOutcome = {}): HsmJob {
  const engine = engineOf(hsm)
  const job = findJob(engine, id)
  if (job.status !== 'InProgress') return withoutNumber(job)
  const { error, storageUri } = outcome
  return store(engine, {
    ...job,
    status: error === undefined ? 'Succeeded' : 'Failed',
    endTime: Math.max(job.startTime, Math.floor(engine.clock() / 1000)),
    ...(error && { error }),
    ...(storageUri !== undefined && { storageUri }),
  })
}

/** Which jobs a status is asked for. */
const STATUS_KINDS = {
  getBackupStatus: ['startBackup', 'checkBackup'],
  getRestoreStatus: ['startRestore', 'startKeyRestore', 'checkRestore'],
} as const satisfies Readonly<Record<string, readonly HsmJobKind[]>>

/**
 * Returns a backup job.
 *
 * @param id - From {@link startJob}.
 * @throws {@link HsmError} 404 `JobNotFound` - no such backup, or one that is forgotten.
 * @see Managed HSM REST API, Full Backup Status
 *
 * @example
 * ```ts
 * import { createHsm, getBackupStatus, startJob } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * getBackupStatus(hsm, startJob(hsm, 'startBackup').id).status // 'InProgress'
 * ```
 */
export function getBackupStatus(hsm: Hsm, id: string): HsmJob {
  return statusOf(hsm, 'getBackupStatus', id)
}

/**
 * Returns a restore job, of the whole HSM or of one key.
 *
 * @param id - From {@link startJob}.
 * @throws {@link HsmError} 404 `JobNotFound` - no such restore, or one that is forgotten.
 * @see Managed HSM REST API, Restore Status
 *
 * @example
 * ```ts
 * import { createHsm, getRestoreStatus, startJob } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * getRestoreStatus(hsm, startJob(hsm, 'startRestore').id).status // 'InProgress'
 * ```
 */
export function getRestoreStatus(hsm: Hsm, id: string): HsmJob {
  return statusOf(hsm, 'getRestoreStatus', id)
}

function statusOf(hsm: Hsm, operation: keyof typeof STATUS_KINDS, id: string): HsmJob {
  return runOperation(hsm, operation, ({ engine }) => {
    checkHasJobs(engine)
    const job = findJob(engine, id)
    const kinds: readonly HsmJobKind[] = STATUS_KINDS[operation]
    if (!kinds.includes(job.kind)) throw jobNotFound()
    return withoutNumber(job)
  })
}

/**
 * Returns the job that is in progress, if there is one: for a server that has to know what it left unfinished.
 *
 * @example
 * ```ts
 * import { createHsm, getJobInProgress, startJob } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * getJobInProgress(hsm) // undefined
 * startJob(hsm, 'startBackup')
 * getJobInProgress(hsm)?.kind // 'startBackup'
 * ```
 */
export function getJobInProgress(hsm: Hsm): HsmJob | undefined {
  const { state } = engineOf(hsm)
  // At most one is in progress, and it is the last that was started.
  const [last] = latestFirst(readMember(state, JOBS))
  return last?.status === 'InProgress' ? withoutNumber(last) : undefined
}

function store(engine: Engine, job: StoredJob): HsmJob {
  engine.state = withMember(engine.state, JOBS, withJob(readMember(engine.state, JOBS), job))
  return withoutNumber(job)
}

function findJob({ state }: Engine, id: string): StoredJob {
  const job = latestFirst(readMember(state, JOBS)).find((each) => each.id === id)
  if (job === undefined) throw jobNotFound()
  return job
}

const withoutNumber = ({ number: _, ...job }: StoredJob): HsmJob => job

function newJobId({ seed }: Engine, number: number): string {
  const random = seed === undefined ? pooledRandom : seededStream(seed, 'job', number)
  return newGuid(random).replaceAll('-', '')
}

function checkHasJobs({ profile }: Engine): void {
  if (profile.family === 'managed-hsm') return
  throw badParameter('A vault has no full backup; only a Managed HSM does.')
}

const jobNotFound = (): HsmError =>
  new HsmError({ status: 404, code: 'JobNotFound', message: 'Requested job not found' })

function anotherJob({ kind, id }: HsmJob): HsmError {
  const word = /restore/i.test(kind) ? 'restore' : 'backup'
  const message = `Another ${word} is in progress: job ${id}.`
  return new HsmError({ status: 409, code: 'Conflict', message })
}
