/** Which features an api-version has. */

import { API_VERSIONS, rankOf } from './api-versions.ts'
import type { ApiFeature, ApiService } from './feature.ts'
import { API_FEATURES } from './features.ts'

/**
 * Returns whether an api-version of a service has a feature, whether or not pocket-hsm serves it.
 *
 * @param version - A version that the table lacks counts as the newest.
 */
export function hasFeature(
  { since, until }: Pick<ApiFeature, 'since' | 'until'>,
  version: string,
  service: ApiService,
): boolean {
  const first = since[service]
  if (first === undefined) return false
  const known = rankOf(version)
  const rank = known < 0 ? API_VERSIONS.length - 1 : known
  return rank >= rankOf(first) && (until === undefined || rank <= rankOf(until))
}

/** Returns the row that brings an operation. */
export function featureOfOperation(operation: string): ApiFeature | undefined {
  return BY_OPERATION.get(operation)
}

/** Returns the row that brings an attribute to responses. */
export function featureOfAttribute(attribute: string): ApiFeature | undefined {
  return BY_ATTRIBUTE.get(attribute)
}

const BY_OPERATION = rowsBy(({ operations }) => operations)
const BY_ATTRIBUTE = rowsBy(({ attributes }) => attributes)

function rowsBy(
  namesOf: (feature: ApiFeature) => readonly string[] | undefined,
): ReadonlyMap<string, ApiFeature> {
  return new Map(
    API_FEATURES.flatMap((feature) => (namesOf(feature) ?? []).map((name) => [name, feature])),
  )
}
