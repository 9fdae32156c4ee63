/** The challenge of a 401, which tells a client where to have a token and what for. */

import type { Personality } from '../wire/personalities.ts'

/** What of the challenge a handler may have otherwise. */
export interface ChallengeOptions {
  /** The URI of the authority with its tenant and nothing behind it: `https://login.windows.net/{tenant}`. */
  readonly authorization?: string
  /** What tokens are asked for, without a slash at the end; clients add `/.default`. */
  readonly resource?: string
}

const NO_TENANT = '00000000-0000-0000-0000-000000000000'

const ADDRESS = /^[\d.]+$|^\[/

/**
 * Writes the header. Between the two pairs stand a comma and one blank: the JavaScript client finds nothing without
 * the blank, the Python client allows no more.
 */
export function challengeHeader(
  { authority, resources, defaultResource }: Personality,
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
 * Clients want the host of the resource to be the ending of the one they called; the Python client compares the ports
 * too, the others do not look at them.
 */
function parentOf(hostname: string, port: string): string | undefined {
  const dot = hostname.indexOf('.')
  if (dot < 0 || ADDRESS.test(hostname)) return undefined
  return `https://${hostname.slice(dot + 1)}${port && `:${port}`}`
}
