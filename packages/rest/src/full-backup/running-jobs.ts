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

/** What a job is requested with. */
export interface JobRequest {
  /** As the handler was given it. */
  readonly home: Hsm
  /** The same HSM for the host. */
  readonly host: Hsm
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
export function startRunning(asked: JobRequest): HsmJob {
  const { home, hsm, kind, request, later, afterwards, work } = asked
  endInterrupted(asked)
  const before = running.get(home)
  if (before?.job.kind === kind && before.request === request) return before.job
  const job = startJob(hsm, kind)
  afterwards(() => {
    running.set(home, { job, request })
    void run(work).then(async (outcome) => {
      await later((host) => finishJob(host, job.id, outcome))
      if (running.get(home)?.job === job) running.delete(home)
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
export function endInterrupted({ home, host }: Pick<JobRequest, 'home' | 'host'>): void {
  if (running.has(home)) return
  const job = getJobInProgress(host)
  if (job === undefined) return
  const message = 'The server stopped while the job was in progress.'
  finishJob(host, job.id, { error: { code: 'JobInterrupted', message } })
}

/** Refuses a request that is about keys or settings while the whole HSM is being restored. */
export function refuseWhileRestoring(home: Hsm): void {
  if (running.get(home)?.job.kind !== 'startRestore') return
  throw requestError(503, 'ServiceUnavailable', 'The Managed HSM is being restored from a backup.')
}
