/** Keeps web pages out: a page in a browser on this machine can reach a server that listens on loopback. */

import type { ServerSettings } from '../options.ts'
import { isAddress, isLoopback } from './addresses.ts'
import { errorResponse, type Respond } from './respond.ts'

/** Below these the clouds have their vaults and Managed HSMs: nobody else can have a name there. */
const CLOUD_ENDINGS: readonly string[] = [
  '.managedhsm.azure.net',
  '.managedhsm.azure.cn',
  '.managedhsm.usgovcloudapi.net',
  '.vault.azure.net',
  '.vault.azure.cn',
  '.vault.usgovcloudapi.net',
]

/** Which hosts a server responds to. */
export interface AllowedHosts {
  /** The address at which it listens. */
  readonly address: string
  /** The hosts of its HSMs, in lower case. */
  readonly names: readonly string[]
}

/**
 * Refuses requests that a web page may have sent, before anything else looks at them.
 *
 * | request | response |
 * | --- | --- |
 * | for a host that is neither loopback, a name of the server nor in a domain of the clouds | 421: DNS rebinding |
 * | with an `Origin` other than its own, or from another site | 403: a form or a script of another page |
 *
 * A server that other machines can reach also responds to any IP address: names can be rebound, addresses cannot.
 *
 * @see RFC 9110 section 15.5.20 (421); Fetch standard, section 3.2 (Origin); Fetch Metadata Request Headers, section 2.4
 */
export function withGuard(respond: Respond, hosts: AllowedHosts): Respond {
  return async (request, peer) =>
    refuseHost(new URL(request.url).hostname, hosts) ??
    refusePage(request) ??
    (await respond(request, peer))
}

/** The hosts of a server that listens as its settings say. */
export function allowedHostsOf(
  { host }: Pick<ServerSettings, 'host'>,
  names: readonly string[],
): AllowedHosts {
  return { address: host.toLowerCase(), names }
}

function refuseHost(hostname: string, { address, names }: AllowedHosts): Response | undefined {
  const isAllowed =
    isLoopback(hostname) ||
    names.includes(hostname) ||
    hostname === address ||
    CLOUD_ENDINGS.some((ending) => hostname.endsWith(ending)) ||
    (isAddress(hostname) && !isLoopback(address))
  if (isAllowed) return undefined
  return errorResponse(
    421,
    'MisdirectedRequest',
    `This server does not respond to the host ${hostname}. It does to localhost, to names under managedhsm.azure.net and vault.azure.net, and to those given with --name${names.length > 0 ? `: ${listOf(names)}` : ''}.`,
  )
}

const MOST_LISTED = 30

/** Names for an error text. */
export function listOf(names: readonly string[]): string {
  const listed = names.slice(0, MOST_LISTED).join(', ')
  return names.length > MOST_LISTED ? `${listed}, and ${names.length - MOST_LISTED} more` : listed
}

const OWN_SITES: readonly (string | null)[] = [null, 'same-origin', 'none']

/** Returns the 403 of a request that a page of another origin has sent; `undefined` for any other request. */
export function refusePage({ url, headers }: Request): Response | undefined {
  const origin = headers.get('origin')
  const isOwn = origin === null || origin === new URL(url).origin
  if (isOwn && OWN_SITES.includes(headers.get('sec-fetch-site'))) return undefined
  return errorResponse(403, 'Forbidden', 'Requests from web pages of other origins are refused.')
}
