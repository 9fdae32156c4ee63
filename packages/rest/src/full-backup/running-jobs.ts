/**
 * The jobs that this process runs. The HSM stores every job; only the one that this process started has work that goes
 * on, and that work ends with the process.
 */

import {
  finishJob,
  getJobInProgress,
  type Hsm,
  type HsmJob,
  type HsmJobKind,
  type HsmJobOutcome,
  readClock,
  startJob,
} from 'pocket-hsm'
import { requestError } from '../wire/errors.ts'
import { jobError } from './transfer.ts'

interface Running {
  readonly job: HsmJob
  /** What the job was requested with, to know a request that is repeated. */
  readonly request: string
}

/** By the HSM as the handler was given it. */
const running = new WeakMap<Hsm, Running>()

/**
 * Tells the processes that share an HSM which of its jobs are being worked on.
 *
 * Without one, a job that this process does not run has no process any more.
 */
export interface JobLease {
  /** Says that this process works on the job of an HSM, until the returned function is called or the process ends. */
  readonly hold: (hsm: Hsm) => Promise<() => Promise<void>>
  /** Returns whether any process says so. */
  readonly isHeld: (hsm: Hsm) => Promise<boolean>
}

/** Where a job runs. */
interface JobPlace {
  /** As the handler was given it. */
  readonly home: Hsm
  /** The same HSM for the host. */
  readonly host: Hsm
  readonly jobLease: JobLease | undefined
}

/** Seconds in which a process that has started a job takes the lease. */
const YOUNG = 10

/** What a job is requested with. */
export interface JobRequest extends JobPlace {
  /** The same HSM for the caller. */
  readonly hsm: Hsm
  /** Runs work on the HSM later. */
  readonly later: <Result>(work: (host: Hsm) => Result | Promise<Result>) => Promise<Result>
  /** Has something done once the job is stored. */
  readonly afterwards: (work: () => void) => void
  readonly kind: HsmJobKind
  /** The parameters as text: the same text is the same request. */
  readonly request: string
  readonly work: () => Promise<HsmJobOutcome>
}

/**
 * Starts a job, and its work. A request that is repeated while its job runs gets that job: clients that lost their
 * token for polling send the first request again.
 *
 * @throws {@link HsmError} 409 `Conflict` - another job is in progress.
 */
export async function startRunning(asked: JobRequest): Promise<HsmJob> {
  const { home, hsm, kind, request, jobLease, later, afterwards, work } = asked
  await endInterrupted(asked)
  const before = running.get(home)
  if (before?.job.kind === kind && before.request === request) return before.job
  const job = startJob(hsm, kind)
  afterwards(() => {
    running.set(home, { job, request })
    const lease = jobLease?.hold(home).catch(() => undefined)
    void run(work)
      .then((outcome) => later((host) => finishJob(host, job.id, outcome)))
      // The end of the job cannot be stored: who asks for it later finds it interrupted.
      .catch(() => {})
      .then(async () => {
        if (running.get(home)?.job === job) running.delete(home)
        const release = await lease
        await release?.().catch(() => {})
      })
  })
  return job
}

async function run(work: JobRequest['work']): Promise<HsmJobOutcome> {
  try {
    return await work()
  } catch (error) {
    return { error: jobError(error) }
  }
}

/** Ends a job that an earlier process left in progress: nobody works on it any more. */
export async function endInterrupted(place: JobPlace): Promise<void> {
  const { home, host } = place
  if (running.has(home)) return
  const job = getJobInProgress(host)
  if (job === undefined || (await runsElsewhere(place, job))) return
  const message = 'The server stopped while the job was in progress.'
  finishJob(host, job.id, { error: { code: 'JobInterrupted', message } })
}

async function runsElsewhere({ home, host, jobLease }: JobPlace, job: HsmJob): Promise<boolean> {
  if (jobLease === undefined) return false
  const isYoung = readClock(host) / 1000 < job.startTime + YOUNG
  return isYoung || jobLease.isHeld(home)
}

/** Refuses a request that is about keys or settings while the whole HSM is being restored. */
export async function refuseWhileRestoring(place: JobPlace): Promise<void> {
  const own = running.get(place.home)?.job
  const job = own ?? (place.jobLease && getJobInProgress(place.host))
  if (job?.kind !== 'startRestore') return
  if (own === undefined && !(await runsElsewhere(place, job))) return
  throw requestError(503, 'ServiceUnavailable', 'The Managed HSM is being restored from a backup.')
}
