/** The api-versions of the service, and which of them a request may have. */

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

/** The newest stable one, which links to pages have if nothing else says another. */
const NEWEST_STABLE = '2025-07-01'

const DATED = /^\d{4}-\d{2}-\d{2}(-preview(\.\d+)?)?$/

const NEWEST_DATE = '2026-01-01'

/**
 * Parses the api-version of a request.
 *
 * @param requested - As in the query; `undefined` if it is absent.
 * @returns The version; one later than all known versions has every feature.
 */
export function parseApiVersion(
  requested: string | undefined,
  { isContinuation, strict }: { readonly isContinuation: boolean; readonly strict: boolean },
): string {
  if (requested === undefined || requested === '') {
    if (isContinuation) return NEWEST_STABLE
    throw badRequest('The api-version query parameter is missing.')
  }
  const version = requested.toLowerCase()
  if (VERSIONS.includes(version)) return version
  const isFuture = DATED.test(version) && version.slice(0, 10) > NEWEST_DATE
  if (isFuture && !strict) return version
  throw badRequest(`The specified api-version is not supported: ${requested.slice(0, 64)}`)
}

/** Returns whether a version has the features that another one brought. */
export function hasFeatureOf(version: string, since: string): boolean {
  const rank = VERSIONS.indexOf(version)
  return rank < 0 || rank >= VERSIONS.indexOf(since)
}
