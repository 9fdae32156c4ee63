/** The challenge of a 401: where a client gets a token, and for which resource. */

import type { WireProfile } from '../wire/wire-profile.ts'

/** The parts of the challenge that can be set. */
export interface ChallengeOptions {
  /** The URL of the token issuer with its tenant and nothing after it: `https://login.windows.net/{tenant}`. */
  readonly authorization?: string
  /** The resource that tokens are requested for, without a slash at the end; clients append `/.default`. */
  readonly resource?: string
}

const NO_TENANT = '00000000-0000-0000-0000-000000000000'

const ADDRESS = /^[\d.]+$|^\[/

/**
 * Writes the `WWW-Authenticate` header. Its two pairs are separated by a comma and one space: the JavaScript client
 * finds nothing without the space, the Python client accepts no more.
 */
export function challengeHeader(
  { authority, resources, defaultResource }: WireProfile,
  { hostname, port }: Pick<URL, 'hostname' | 'port'>,
  options: ChallengeOptions = {},
): string {
  const authorization = options.authorization ?? `${authority}${NO_TENANT}`
  const ending = Object.keys(resources).find((each) => hostname.endsWith(each))
  const known = ending === undefined ? undefined : resources[ending]
  const resource = options.resource ?? known ?? parentOf(hostname, port) ?? defaultResource
  return `Bearer authorization="${authorization}", resource="${resource}"`
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
