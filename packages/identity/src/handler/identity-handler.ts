/** The handler: takes a `Request`, returns a `Response`. */

import { createDirectory } from '../directory/directory.ts'
import { createTenants, isTenantName } from '../directory/tenants.ts'
import type { EndpointCall } from '../endpoints/endpoint-call.ts'
import { ROUTES, type Route } from '../endpoints/routes.ts'
import { errorResponse, isEntraError } from '../errors/entra-error.ts'
import type { Identity } from '../grants/grant-context.ts'
import { type TokenCheck, type VerifiedToken, verifyToken } from '../grants/verify-token.ts'
import { checkedClock, hostClock, randomFor } from '../host.ts'
import { isGuid, newGuid } from '../names/guid.ts'
import { IDENTITY_HOSTS } from '../names/hosts.ts'
import { badOption } from '../options/identity-error.ts'
import type { IdentityOptions } from '../options/options.ts'
import { checkIdentityOptions } from '../options/parse-options.ts'
import { createSeal } from '../tokens/sealed.ts'
import { createSigningKey, type PublicSigningKey } from '../tokens/signing-key.ts'

/**
 * A stand-in for Entra ID and the managed-identity endpoints. Call it with a request, as `fetch` would; it never rejects
 * for what a client sends.
 */
export interface IdentityHandler {
  (request: Request): Promise<Response>
  /**
   * Whether a request belongs to this handler: its host is one of `IDENTITY_HOSTS`, or its path is one of the handler's,
   * of which none is a path of a key vault. With it, you can mount the handler beside another one.
   *
   * @param target - The request, or its URL.
   * @throws `BadOption` - none of these, or a text that is not a whole URL.
   */
  readonly handles: (target: URL | string | Request) => boolean
  /** Returns the key set (JWKS) that verifies its tokens. The key is made at the first call, or the first token. */
  readonly publicJwks: () => { readonly keys: readonly PublicSigningKey[] }
  /**
   * Verifies an access token of this handler: signature, time and audience. Whatever the token is, it does not throw.
   *
   * @throws `BadOption` - an unknown member of the check, a value of another type, or a `clock` that returns no instant.
   */
  readonly verifyToken: (token: string, check?: TokenCheck) => VerifiedToken
  /** The GUID of the first tenant: the one of managed identities, `common` and `adfs`. */
  readonly tenantId: string
}

/**
 * Makes a stand-in for Entra ID and the managed-identity endpoints, for tests.
 *
 * It answers OpenID metadata and keys, instance discovery, the token endpoints v1.0 and v2.0 and those of AD FS, the
 * instance metadata service (IMDS), App Service and Cloud Shell. By default every client id, secret, user and password is
 * accepted, and everyone gets an object id of their own, which {@link objectIdOf} returns. Tables in the options make it
 * strict: whoever is not in a table is refused with the error of Entra ID.
 *
 * Of Microsoft Graph it has what the Azure CLI asks when it resolves the names of assignees and the owners of object ids.
 *
 * Nothing is stored: refresh tokens and device codes carry their content. Only the names of the last 1,000 principals that
 * were seen and are in no table are remembered, for Graph. Its tokens are worth nothing anywhere else.
 *
 * @param options - See {@link IdentityOptions}; every member is optional.
 * @throws `BadOption` - an unknown option, or a value that its comment does not allow.
 * @see Microsoft identity platform: OAuth 2.0 client credentials flow; managed identities for Azure resources
 *
 * @example
 * ```ts
 * import { createIdentityHandler, objectIdOf } from '@pocket-hsm/identity'
 *
 * const identity = createIdentityHandler()
 * const response = await identity(
 *   new Request('https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token', {
 *     method: 'POST',
 *     body: new URLSearchParams({
 *       grant_type: 'client_credentials',
 *       client_id: '11111111-1111-4111-8111-111111111111',
 *       client_secret: 'any',
 *       scope: 'https://vault.azure.net/.default',
 *     }),
 *   }),
 * )
 * const { access_token } = JSON.parse(await response.text())
 * const { claims } = identity.verifyToken(access_token, { audiences: ['https://vault.azure.net'] })
 * claims?.['oid'] === objectIdOf('11111111-1111-4111-8111-111111111111') // true
 * ```
 */
export function createIdentityHandler(options: IdentityOptions = {}): IdentityHandler {
  checkIdentityOptions(options)
  const identity = identityOf(options)
  const handle = (request: Request): Promise<Response> => respond(identity, request)
  return Object.freeze(
    Object.assign(handle, {
      handles,
      publicJwks: () => ({ keys: [identity.key.publicJwk()] }),
      verifyToken: (token: string, check: TokenCheck = {}) => verifyToken(identity, token, check),
      tenantId: identity.tenants.home,
    }),
  )
}

function identityOf(options: IdentityOptions): Identity {
  const { seed, tokenSeconds = 3599 } = options
  return {
    tenants: createTenants(options.tenants),
    directory: createDirectory(options),
    key: createSigningKey(randomFor(seed, 'signing key')),
    seal: createSeal(randomFor(seed, 'grants')),
    random: randomFor(seed, 'identifiers'),
    clock: checkedClock(options.clock ?? hostClock),
    tokenSeconds,
    identityHeader: options.identityHeader,
  }
}

function handles(target: URL | string | Request): boolean {
  const { hostname, pathname } = urlOf(target)
  if (IDENTITY_HOSTS.includes(hostname)) return true
  const found = findRoute(pathname)
  return found !== undefined && (!found.route.isOfTenant || isTenantName(found.parts[0] ?? ''))
}

/** Whatever realm or library the URL or the request is from: a URL prints its address, and a request has it. */
function urlOf(target: URL | string | Request): URL {
  const text =
    typeof target === 'object' && target !== null && 'url' in target ? target.url : target
  try {
    return new URL(text)
  } catch {
    throw badOption('handles takes a URL, the text of a whole URL, or a Request.')
  }
}

interface FoundRoute {
  readonly route: Route
  readonly parts: readonly string[]
}

function findRoute(pathname: string): FoundRoute | undefined {
  for (const route of ROUTES) {
    const match = route.path.exec(pathname)
    if (match) return { route, parts: match.slice(1).map(decode) }
  }
  return undefined
}

/** A segment that is not valid stays as it is, and names nothing. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

async function respond(identity: Identity, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const found = findRoute(url.pathname)
  if (found === undefined) return nothingThere(url)
  const endpoint = found.route.methods[request.method]
  if (endpoint === undefined) return methodNotAllowed(found.route)
  const now = identity.clock()
  const traceId = newGuid(identity.random)
  const asked = request.headers.get('client-request-id') ?? ''
  const correlationId = isGuid(asked) ? asked : traceId
  const { origin } = url
  const call: EndpointCall = { identity, request, url, origin, parts: found.parts, now }
  try {
    const result = await endpoint(call)
    if (result instanceof Response) return result
    return Response.json(result, { headers: headersOf(traceId, correlationId) })
  } catch (error) {
    if (isEntraError(error)) {
      return errorResponse(error, { now, traceId, correlationId, origin })
    }
    // The text of an unforeseen error is not returned: it could hold anything.
    const text = 'pocket-hsm could not answer the request.'
    return Response.json({ error: 'server_error', error_description: text }, { status: 500 })
  }
}

const headersOf = (traceId: string, correlationId: string): Readonly<Record<string, string>> => ({
  'cache-control': 'no-store, no-cache',
  pragma: 'no-cache',
  'x-ms-request-id': traceId,
  'client-request-id': correlationId,
})

function nothingThere({ host, pathname }: URL): Response {
  const text = `pocket-hsm has no identity endpoint at ${host}${pathname.slice(0, 256)}.`
  return Response.json({ error: 'not_found', error_description: text }, { status: 404 })
}

function methodNotAllowed({ methods }: Route): Response {
  const allow = Object.keys(methods).join(', ')
  const text = `The endpoint accepts ${allow} only.`
  return Response.json(
    { error: 'invalid_request', error_description: text },
    { status: 405, headers: { allow } },
  )
}
