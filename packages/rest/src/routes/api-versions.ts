/** The api-versions of the service, and which of them a request may name. */

import { badRequest } from '../wire/errors.ts'

/** From the first to the newest. */
const VERSIONS: readonly string[] = [
  '2016-10-01',
  '7.0',
  '7.1',
  '7.2-preview',
  '7.2',
  '7.3-preview',
  '7.3',
  '7.4-preview.1',
  '7.4',
  '7.5-preview.1',
  '7.5',
  '7.6-preview.1',
  '7.6-preview.2',
  '7.6',
  '2025-06-01-preview',
  '2025-07-01',
  '2026-01-01-preview',
]

/** The newest stable one: for continuations, which a Managed HSM hands out without. */
const NEWEST_STABLE = '2025-07-01'

const DATED = /^\d{4}-\d{2}-\d{2}(-preview(\.\d+)?)?$/

const NEWEST_DATE = '2026-01-01'

/**
 * Reads the api-version of a request.
 *
 * @param asked - As in the query; `undefined` where it is absent.
 * @returns The version; one later than any known stands for all that there is.
 */
export function parseApiVersion(
  asked: string | undefined,
  { isContinuation, strict }: { readonly isContinuation: boolean; readonly strict: boolean },
): string {
  if (asked === undefined || asked === '') {
    if (isContinuation) return NEWEST_STABLE
    throw badRequest('The api-version query parameter is missing.')
  }
  const version = asked.toLowerCase()
  if (VERSIONS.includes(version)) return version
  const isFuture = DATED.test(version) && version.slice(0, 10) > NEWEST_DATE
  if (isFuture && !strict) return version
  throw badRequest(`The specified api-version is not supported: ${asked.slice(0, 64)}`)
}

/** Whether a version has what came with another. */
export function hasFeatureOf(version: string, since: string): boolean {
  const rank = VERSIONS.indexOf(version)
  return rank < 0 || rank >= VERSIONS.indexOf(since)
}
