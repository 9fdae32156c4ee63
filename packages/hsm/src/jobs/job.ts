/** Jobs: backups and restores of the whole HSM, which take longer than a request. */

import { type AdministrationMember, mapMember } from '../state/administration.ts'
import { entriesAfter, type SortedMap, withoutValue, withValue } from '../state/sorted-map.ts'

/** What a job does, by the name of the operation that started it. */
export type HsmJobKind =
  | 'startBackup'
  | 'checkBackup'
  | 'startRestore'
  | 'startKeyRestore'
  | 'checkRestore'

/** A job. */
export interface HsmJob {
  /** 32 hexadecimal digits in lower case. */
  readonly id: string
  readonly kind: HsmJobKind
  readonly status: 'InProgress' | 'Succeeded' | 'Failed'
  /** Unix seconds. */
  readonly startTime: number
  /** Unix seconds; absent while it is in progress. */
  readonly endTime?: number
  /** Why it failed; absent otherwise. */
  readonly error?: HsmJobError
  /** Where a backup was stored, or would be: a URL without its token. */
  readonly storageUri?: string
}

/** The error of a job that failed. */
export interface HsmJobError {
  readonly code: string
  readonly message: string
}

/** A job as it is stored: under its position in the order of the starts, which the last one started has too. */
export interface StoredJob extends HsmJob {
  readonly number: number
}

/** The member of the administration state. A restore of a backup goes on being a job of the HSM that it restores. */
export const JOBS: AdministrationMember<SortedMap<StoredJob>> = mapMember<StoredJob>({
  name: 'jobs',
  staysWithHsm: true,
  serialize: (job) => job,
  parse: (job) => job,
})

/** How many jobs an HSM remembers: the latest. */
const MOST_JOBS = 100

/** The most characters of an error's text, and of a URL. */
const LONGEST_TEXT = 2048

const position = (number: number): string => String(number).padStart(12, '0')

/** Returns the jobs with one more; the oldest one is forgotten beyond a hundred. */
export function withJob(jobs: SortedMap<StoredJob>, job: StoredJob): SortedMap<StoredJob> {
  const { error, storageUri } = job
  const bounded: StoredJob = {
    ...job,
    ...(error && {
      error: { code: error.code.slice(0, 128), message: error.message.slice(0, LONGEST_TEXT) },
    }),
    ...(storageUri !== undefined && { storageUri: storageUri.slice(0, LONGEST_TEXT) }),
  }
  const next = withValue(jobs, position(job.number), bounded)
  if (next.size <= MOST_JOBS) return next
  const [oldest = ''] = [...entriesAfter(next)][0] ?? []
  return withoutValue(next, oldest)
}

/** Returns the jobs, the latest first. */
export function latestFirst(jobs: SortedMap<StoredJob>): readonly StoredJob[] {
  return [...entriesAfter(jobs)].map(([, job]) => job).reverse()
}
