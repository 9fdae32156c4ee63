/** The management plane: takes a `Request`, returns a `Response`. */

import { checkOptions, HsmError, OPTION_CHECKS, optionTable } from 'pocket-hsm'
import { tokenOf } from '../access/authorize.ts'
import { createRequestIds, type RequestIds } from '../handler/request-ids.ts'
import { readBody } from '../requests/read-body.ts'
import type { ResponseParts } from '../responses/response-parts.ts'
import { badRequest } from '../wire/errors.ts'
import { applyTime, firstState } from './commands.ts'
import { managementError, subscriptionNotFound } from './errors.ts'
import type { Plane } from './find.ts'
import type { ManagedHsmHosting } from './hosting.ts'
import { type Cloud, MANAGEMENT_OPERATIONS, type ManagementCall } from './operations.ts'
import type { ManagementState } from './resources.ts'
import { isManagementPath, type ManagementOperation, matchManagementRoute } from './routes.ts'

/** The options of {@link createManagementHandler}. Every member has a default. */
export interface ManagementOptions {
  /** What an earlier handler stored: see `onChange`. By default there is one resource group, `pocket` in `eastus`. */
  readonly state?: ManagementState
  /** Called with the state after each change, before the response. The state is JSON. */
  readonly onChange?: (state: ManagementState) => void
  /** The one subscription: a GUID and a name. */
  readonly subscription?: { readonly id: string; readonly name: string }
  /** The tenant of the subscription: a GUID. */
  readonly tenantId?: string
  /** The URL of the token issuer that clients are sent to. Defaults to `/adfs` at the address that the client used. */
  readonly loginEndpoint?: string
  /**
   * The ending of the hosts of Managed HSMs, with a port if they have one. Defaults to `managedhsm.azure.net`, or to
   * `localhost` and the port for a client that has called this machine.
   */
  readonly hsmSuffix?: string
  /** Decides whether a token is accepted. By default any is. */
  readonly authorize?: (token: string) => boolean | Promise<boolean>
}

/** A management plane. Call it with a request, as `fetch` would; it never rejects for what a client sends. */
export interface ManagementHandler {
  (request: Request): Promise<Response>
  /**
   * Whether the path of a request is one of the management plane's; none is a path of a key vault.
   *
   * @param target - The request, or its URL.
   * @throws {@link HsmError} 400 `BadParameter` - none of these, or a text that is not a whole URL.
   */
  readonly handles: (target: URL | string | Request) => boolean
}

const SUBSCRIPTION = { id: '00000000-0000-4000-8000-000000000001', name: 'pocket-hsm' }
const TENANT = '00000000-0000-4000-8000-00000000beef'

/** The most bytes of a request body. */
const LONGEST_BODY = 64 * 1024

const { function: callback, members, object, string } = OPTION_CHECKS

const OPTIONS = optionTable<ManagementOptions>({
  state: object,
  onChange: callback,
  subscription: members(
    optionTable<NonNullable<ManagementOptions['subscription']>>({ id: string, name: string }),
  ),
  tenantId: string,
  loginEndpoint: string,
  hsmSuffix: string,
  authorize: callback,
})

/**
 * Makes a stand-in for Azure Resource Manager, as far as clients need it to manage Managed HSMs: creating, showing,
 * listing, updating, deleting, recovering and purging them; their resource groups; and what `az cloud register` and
 * `az login` ask for.
 *
 * A created HSM is a real one of this engine: `hosting` makes it reachable at its host. As in the service, it has to be
 * activated before it is used: by a download of its security domain. Nothing is provisioned, so every operation has ended
 * when its response is sent.
 *
 * @param hosting - Runs the HSMs, such as {@link createHsmHosting}.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown or invalid option, or no hosting.
 * @see Azure Key Vault REST API, Managed HSMs; Azure Resource Manager, asynchronous operations
 *
 * @example
 * ```ts
 * import { createHandler, createHsmHosting, createManagementHandler } from '@pocket-hsm/rest'
 *
 * const hosting = createHsmHosting({ activated: true })
 * const manage = createManagementHandler(hosting)
 * const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/pocket'
 * const response = await manage(
 *   new Request(
 *     `https://management.azure.com${group}/providers/Microsoft.KeyVault/managedHSMs/contoso?api-version=2024-11-01`,
 *     {
 *       method: 'PUT',
 *       headers: { authorization: 'Bearer any' },
 *       body: JSON.stringify({
 *         location: 'eastus',
 *         properties: { initialAdminObjectIds: ['11111111-1111-4111-8111-111111111111'] },
 *       }),
 *     },
 *   ),
 * )
 * response.status // 202
 * const handler = createHandler(hosting.find)
 * const keys = await handler(
 *   new Request('https://contoso.managedhsm.azure.net/keys?api-version=7.6', {
 *     headers: { authorization: 'Bearer any' },
 *   }),
 * )
 * keys.status // 200
 * ```
 */
export function createManagementHandler(
  hosting: ManagedHsmHosting,
  options: ManagementOptions = {},
): ManagementHandler {
  checkOptions('createManagementHandler', options, OPTIONS)
  if (typeof hosting?.create !== 'function') {
    throw badRequest('The first argument of createManagementHandler must run the HSMs.')
  }
  const settings = settingsOf(hosting, options)
  return Object.freeze(
    Object.assign((request: Request) => respond(settings, request), {
      handles: (target: URL | string | Request) => isManagementPath(urlOf(target).pathname),
    }),
  )
}

/** Whatever realm or library the URL or the request is from: a URL prints its address, and a request has it. */
function urlOf(target: URL | string | Request): URL {
  const text =
    typeof target === 'object' && target !== null && 'url' in target ? target.url : target
  try {
    return new URL(text)
  } catch {
    throw badRequest('handles takes a URL, the text of a whole URL, or a Request.')
  }
}

interface Settings {
  readonly plane: Plane
  readonly cloud: Cloud
  readonly onChange: (state: ManagementState) => void
  readonly authorize: (token: string) => boolean | Promise<boolean>
  readonly requestIds: RequestIds
}

function settingsOf(hosting: ManagedHsmHosting, options: ManagementOptions): Settings {
  const { subscription = SUBSCRIPTION, tenantId = TENANT } = options
  return {
    plane: {
      state: firstState(options.state, { name: 'pocket', location: 'eastus', tags: {} }),
      hosting,
      now: hosting.now,
      tenantId,
    },
    cloud: {
      subscriptionId: subscription.id,
      subscriptionName: subscription.name,
      tenantId,
      loginEndpoint: options.loginEndpoint,
      hsmSuffix: options.hsmSuffix,
    },
    onChange: options.onChange ?? (() => {}),
    authorize: options.authorize ?? (() => true),
    requestIds: createRequestIds(),
  }
}

async function respond(settings: Settings, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const id = settings.requestIds.ofRefused(request.method, url.pathname)
  const parts = await run(settings, request, url).catch((error): ResponseParts => {
    if (error instanceof HsmError) return { status: error.status, error }
    // The text of an unforeseen error is not returned: it could hold anything.
    return {
      status: 500,
      error: managementError(500, 'InternalServerError', 'An unexpected error occurred.'),
    }
  })
  const { error } = parts
  const json = error ? { error: { code: error.code, message: error.message } } : parts.json
  const hasBody = json !== undefined && request.method !== 'HEAD'
  return new Response(hasBody ? JSON.stringify(json) : null, {
    status: request.method === 'HEAD' && parts.status === 200 ? 204 : parts.status,
    headers: {
      'cache-control': 'no-cache',
      'x-ms-request-id': id,
      'x-ms-correlation-request-id': id,
      ...(hasBody && { 'content-type': 'application/json; charset=utf-8' }),
      ...parts.headers,
    },
  })
}

/** These need no token and no api-version: clients ask for them before they have one. */
const OPEN: readonly ManagementOperation[] = ['getMetadata']

async function run(
  { plane, cloud, authorize, onChange }: Settings,
  request: Request,
  url: URL,
): Promise<ResponseParts> {
  const { route, allowed, segments, name = '' } = matchManagementRoute(request.method, url.pathname)
  const isOpen = route !== undefined && OPEN.includes(route.operation)
  if (!isOpen) {
    const token = tokenOf(request)
    const isAccepted = token !== undefined && (await authorize(token))
    if (!isAccepted) return unauthorized(cloud, url, token)
  }
  if (route === undefined) return noRoute(url, request.method, allowed)
  const apiVersion = parseVersion(url, isOpen || route.operation === 'listDirectoryObjects')
  const path = pathOf({ ...segments, name })
  if (path.subscription !== '' && path.subscription !== cloud.subscriptionId) {
    throw subscriptionNotFound(path.subscription)
  }
  const body = await readBody(request, route, { maxBodyLength: LONGEST_BODY, strict: false })
  const call: ManagementCall = {
    plane,
    cloud,
    url,
    path,
    apiVersion,
    body,
  }
  const before = plane.state
  try {
    applyTime(plane)
    return MANAGEMENT_OPERATIONS[route.operation](call)
  } finally {
    if (plane.state !== before) onChange(plane.state)
  }
}

function unauthorized(cloud: Cloud, url: URL, token: string | undefined): ResponseParts {
  const authority = cloud.loginEndpoint ?? `${url.origin}/adfs`
  const reason = token === undefined ? 'AuthenticationFailed' : 'InvalidAuthenticationToken'
  const text =
    token === undefined
      ? "Authentication failed. The 'Authorization' header is missing."
      : 'The access token is invalid.'
  return {
    status: 401,
    error: managementError(401, reason, text),
    headers: {
      'www-authenticate': `Bearer authorization_uri="${authority}", error="invalid_token", error_description="${text}"`,
    },
  }
}

function noRoute(url: URL, method: string, allowed: readonly string[]): ResponseParts {
  if (allowed.length === 0) {
    const text = `There is nothing at ${url.pathname.slice(0, 256)}.`
    throw managementError(404, 'ResourceNotFound', text)
  }
  const text = `The method ${method.slice(0, 32)} is not allowed here.`
  return {
    status: 405,
    error: managementError(405, 'MethodNotAllowed', text),
    headers: { allow: [...new Set(allowed)].join(', ') },
  }
}

const VERSION = /^\d{4}-\d{2}-\d{2}(-preview)?$/

function parseVersion(url: URL, isOptional: boolean): string {
  const version = url.searchParams.get('api-version') ?? ''
  if (isOptional || VERSION.test(version)) return version
  const what = version === '' ? 'is required' : 'is not valid'
  throw managementError(
    400,
    version === '' ? 'MissingApiVersionParameter' : 'InvalidApiVersionParameter',
    `The api-version query parameter (?api-version=) ${what} for all requests.`,
  )
}

/** A segment that cannot be decoded stays as it is, and names nothing. */
function pathOf(segments: Readonly<Record<string, string>>): ManagementCall['path'] {
  const of = (name: string): string => {
    const text = segments[name] ?? ''
    try {
      return decodeURIComponent(text)
    } catch {
      return text
    }
  }
  return {
    subscription: of('subscription'),
    group: of('group'),
    location: of('location'),
    operation: of('operation'),
    name: of('name'),
  }
}
