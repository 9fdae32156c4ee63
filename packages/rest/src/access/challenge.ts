/** The challenge of a 401: where a client gets a token, and for which resource. */

import type { WireProfile } from '../wire/wire-profile.ts'

/** The parts of the challenge that can be set. */
export interface ChallengeOptions {
  /**
   * The URL of the token issuer, with a tenant or without: `https://login.windows.net/{tenant}`. By default that of the
   * service without a tenant, so that clients use the one of their credential. A function gets the URL of the request.
   */
  readonly authorization?: string | ((url: URL) => string)
  /** The tenant for clients that need one there, if `authorization` has none. Defaults to a GUID of zeros. */
  readonly tenant?: string
  /** The resource that tokens are requested for, without a slash at the end; clients append `/.default`. */
  readonly resource?: string
}

const NO_TENANT = '00000000-0000-0000-0000-000000000000'

/**
 * Clients that read the tenant from the path without checking that there is one: they fail if there is none, before
 * they ask for a token. Those of JavaScript and Python, and so az, use the tenant of their credential.
 */
const NEEDS_TENANT = /(?:^| )azsdk-(?:net|java|go)-/i

const ADDRESS = /^[\d.]+$|^\[/

/**
 * Writes the `WWW-Authenticate` header. Its two pairs are separated by a comma and one space: the JavaScript client
 * finds nothing without the space, the Python client accepts no more.
 *
 * @param userAgent - Of the client: some need a tenant.
 */
export function challengeHeader(
  { authority, resources, defaultResource }: WireProfile,
  url: URL,
  options: ChallengeOptions = {},
  userAgent = '',
): string {
  const { hostname, port } = url
  const { authorization: asked = authority, tenant = NO_TENANT } = options
  const issuer = typeof asked === 'string' ? asked : asked(url)
  const needsTenant = NEEDS_TENANT.test(userAgent) && new URL(issuer).pathname === '/'
  const authorization = needsTenant ? `${issuer.replace(/\/$/, '')}/${tenant}` : issuer
  const ending = Object.keys(resources).find((each) => hostname.endsWith(each))
  const known = ending === undefined ? undefined : resources[ending]
  const resource = options.resource ?? known ?? parentOf(hostname, port) ?? defaultResource
  return `Bearer authorization="${authorization}", resource="${resource}"`
}

/**
 * Appends a claims challenge to a challenge: the token must not be older than this instant.
 *
 * The value is standard base64 with padding: the Python client accepts both alphabets, the JavaScript client as well.
 *
 * @param seconds - Since 1970.
 * @see Microsoft identity platform: claims challenges; continuous access evaluation
 */
export function withClaims(challenge: string, seconds: number): string {
  const claims = { access_token: { nbf: { essential: true, value: String(seconds) } } }
  return `${challenge}, error="insufficient_claims", claims="${btoa(JSON.stringify(claims))}"`
}

/**
 * Clients require the host of the resource to be the ending of the host that they called; the Python client compares
 * the ports too.
 */
function parentOf(hostname: string, port: string): string | undefined {
  const dot = hostname.indexOf('.')
  if (dot < 0 || ADDRESS.test(hostname)) return undefined
  return `https://${hostname.slice(dot + 1)}${port && `:${port}`}`
}
