/** From the scope or the resource of a request to the audience of the token. */

import { entraError } from '../errors/entra-error.ts'

/** What a client asked for. */
export interface AskedScope {
  /** The audience, as the client wrote it: `https://vault.azure.net`. */
  readonly resource: string
  /** Delegated permissions, without the resource. */
  readonly permissions: readonly string[]
  /** Scopes of OpenID Connect: `openid`, `profile`, `offline_access`. */
  readonly openId: readonly string[]
}

const OPEN_ID: readonly string[] = ['openid', 'profile', 'offline_access', 'email']
const DEFAULT = '/.default'

/** Who gets tokens for a scope without a resource. */
const GRAPH = 'https://graph.microsoft.com'

/** More characters than any scope has: a token repeats it. */
const LONGEST = 2048

/** A URI, or the GUID of an application. */
const RESOURCE = /^(?:[a-z][a-z0-9+.-]*:[^\s"\\]+|[0-9a-f-]{36})$/i

/**
 * Reads the `scope` of the v2.0 endpoint, or the `resource` of the v1.0 endpoint; clients of AD FS send either.
 *
 * `https://vault.azure.net/.default` is for the audience `https://vault.azure.net`, and `https://vault.azure.net//.default`
 * for `https://vault.azure.net/`.
 */
export function parseScope(scope: string | undefined, resource: string | undefined): AskedScope {
  if (scope === undefined && resource === undefined) {
    throw entraError('missingParameter', { name: 'scope' })
  }
  if ((scope ?? resource ?? '').length > LONGEST)
    throw entraError('badScope', { scope: scope ?? '' })
  const parts = (scope ?? '').split(' ').filter((part) => part !== '')
  const openId = parts.filter((part) => OPEN_ID.includes(part))
  const others = parts.filter((part) => !OPEN_ID.includes(part)).map(splitScope)
  const resources = new Set([
    ...(resource === undefined ? [] : [resource]),
    ...others.map((each) => each.resource),
  ])
  const [asked = GRAPH, second] = resources
  if (second !== undefined) throw entraError('severalResources', { scope: scope ?? '' })
  if (!RESOURCE.test(asked)) throw entraError('badScope', { scope: asked })
  const permissions = others.flatMap(({ permission }) => (permission === '' ? [] : [permission]))
  return { resource: asked, permissions, openId }
}

/** Requires a scope as an application may ask for: everything that it was granted on one resource. */
export function requireDefault(scope: string | undefined): void {
  if (scope === undefined) return
  const parts = scope.split(' ').filter((part) => part !== '' && !OPEN_ID.includes(part))
  if (parts.length > 0 && parts.every((part) => part.endsWith(DEFAULT))) return
  throw entraError('scopeWithoutDefault', { scope })
}

function splitScope(scope: string): { readonly resource: string; readonly permission: string } {
  if (scope.endsWith(DEFAULT)) return { resource: scope.slice(0, -DEFAULT.length), permission: '' }
  const slash = scope.lastIndexOf('/')
  if (slash < 0) return { resource: GRAPH, permission: scope }
  return { resource: scope.slice(0, slash), permission: scope.slice(slash + 1) }
}
