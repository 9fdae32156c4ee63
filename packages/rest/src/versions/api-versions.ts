/** The api-versions of the service, and which of them a request may have. */

import { badRequest } from '../wire/errors.ts'

/**
 * The api-versions of keys and of a Managed HSM's administration, from the first to the newest.
 *
 * @see Azure/azure-rest-api-specs, specification/keyvault/data-plane
 */
export const API_VERSIONS = [
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
  '2026-03-01-preview',
  '2026-04-01',
  '2026-05-01-preview',
  '2026-07-01-preview',
] as const

/** One of {@link API_VERSIONS}. */
export type ApiVersion = (typeof API_VERSIONS)[number]

/** The one of a continuation whose token and query name none. */
const DEFAULT_VERSION: ApiVersion = '2025-07-01'

const DATED = /^\d{4}-\d{2}-\d{2}(-preview(\.\d+)?)?$/

/** A date after this one that the list lacks may be that of a version still to come. */
const COMPLETE_UNTIL = '2026-01-01'

/**
 * Parses the api-version of a request.
 *
 * @param requested - As in the query; `undefined` if it is absent.
 * @returns The version in lower case; one that the list lacks has every feature.
 */
export function parseApiVersion(
  requested: string | undefined,
  { isContinuation, strict }: { readonly isContinuation: boolean; readonly strict: boolean },
): string {
  if (requested === undefined || requested === '') {
    if (isContinuation) return DEFAULT_VERSION
    throw badRequest('The api-version query parameter is missing.')
  }
  const version = requested.toLowerCase()
  if (rankOf(version) >= 0) return version
  const isFuture = DATED.test(version) && version.slice(0, 10) > COMPLETE_UNTIL
  if (isFuture && !strict) return version
  throw badRequest(`The specified api-version is not supported: ${requested.slice(0, 64)}`)
}

/** The place of a version in the list; negative for one that the list lacks. */
export function rankOf(version: string): number {
  return (API_VERSIONS as readonly string[]).indexOf(version)
}
