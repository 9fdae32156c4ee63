/**
 * The `claims` parameter of a token request: what a client can handle, and what a resource has challenged it for.
 *
 * @see OpenID Connect Core 1.0 section 5.5; Microsoft identity platform: claims challenges, claims requests and client capabilities
 */

import { entraError } from '../errors/entra-error.ts'

/** What a token is asked to have. */
export interface RequestedClaims {
  /** The capabilities of the client, such as `cp1`: it can handle claims challenges. */
  readonly capabilities: readonly string[]
}

const CAPABILITY = /^[a-z0-9]{1,16}$/i
const MOST_CAPABILITIES = 8

/**
 * Parses the parameter. Of the claims of a challenge, only `xms_cc` changes the token: every new token meets the others, an
 * `nbf` in the past among them.
 *
 * @throws An Entra error for a value that is not a JSON object.
 */
export function parseClaims(text: string | undefined): RequestedClaims {
  if (text === undefined) return { capabilities: [] }
  const { xms_cc: capabilities } = objectOf(objectOf(parseJson(text))['access_token'] ?? {})
  const { value, values = value === undefined ? [] : [value] } = objectOf(capabilities ?? {})
  const asked = Array.isArray(values) ? values : []
  return {
    capabilities: asked
      .filter((each): each is string => typeof each === 'string' && CAPABILITY.test(each))
      .slice(0, MOST_CAPABILITIES),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw entraError('badClaims')
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw entraError('badClaims')
}
