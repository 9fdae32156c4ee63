/** The REST API of keys: takes a `Request`, returns a `Response`. */

import { HsmError, readClock, viewHsm } from 'pocket-hsm'
import {
  type AuthorizationRequest,
  authorizationRequest,
  forbidden,
  NO_TOKEN,
  storedCaller,
  storedPrincipals,
  TOKEN_REVOKED,
  tokenOf,
} from '../access/authorize.ts'
import { challengeHeader, withClaims } from '../access/challenge.ts'
import type { Fault } from '../faults/fault.ts'
import { connectionLost, faultError, faultHeaders } from '../faults/faults.ts'
import { isRevoked, revokeToken } from '../faults/revoked-tokens.ts'
import type { ReceivedRequest } from '../requests/received-request.ts'
import type { ResponseParts } from '../responses/response-parts.ts'
import { errorParts, writeResponse } from '../responses/write-response.ts'
import { matchRoute } from '../routes/routes.ts'
import { requestError } from '../wire/errors.ts'
import { WIRE_PROFILES } from '../wire/wire-profile.ts'
import { type AuditedCaller, auditEntryOf } from './audit-request.ts'
import type { HandlerOptions, HsmSource } from './options.ts'
import { runRoute } from './run-route.ts'
import { parseSettings, type Settings } from './settings.ts'
import { waitUntil } from './wait-until.ts'

/** Handles requests, as `fetch` would. It rejects only for a lost connection of a fault script, or an aborted signal. */
export type Handler = (request: Request) => Promise<Response>

/**
 * Makes a handler of the keys' REST API, as Key Vault and Managed HSM implement it.
 *
 * Key identifiers begin with the address that the client used. A request without a token gets the challenge that
 * clients start with, before anything else in the request is checked; any token is accepted by default. Any invalid
 * request gets a 4xx with the service's error body, and leaves the HSM as it was.
 *
 * @param hsms - One HSM for every address, or several by host.
 * @param options - See {@link HandlerOptions}; every member is optional.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown or invalid option, a value that is not an HSM, a host that
 *   no request can have, `makeRsaKey` for an HSM without an `rsaPool`.
 * @see Key Vault REST API, keys
 *
 * @example
 * ```ts
 * import { createHandler } from '@pocket-hsm/rest'
 * import { createHsm } from 'pocket-hsm'
 *
 * const handler = createHandler(createHsm())
 * const response = await handler(
 *   new Request('https://contoso.managedhsm.azure.net/keys/orders/create?api-version=7.5', {
 *     method: 'POST',
 *     headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
 *     body: JSON.stringify({ kty: 'EC-HSM' }),
 *   }),
 * )
 * response.status // 200
 * const body = await response.text()
 * body.includes('"crv":"P-256"') // true
 * ```
 */
export function createHandler(hsms: HsmSource, options: HandlerOptions = {}): Handler {
  const settings = parseSettings(hsms, options)
  return (request) => respond(settings, request)
}

async function respond(settings: Settings, request: Request): Promise<Response> {
  request.signal.throwIfAborted()
  const url = new URL(request.url)
  const method = methodOf(request)
  const hsm = settings.hsmOf(url.host)
  if (hsm === undefined) {
    return unknownHost(url.host, settings.requestIds.ofRefused(method, url.pathname))
  }
  const received: ReceivedRequest = {
    request,
    url,
    arrivedAt: readClock(hsm),
    method,
    hsm,
    view: url.origin === hsm.baseUrl ? hsm : viewHsm(hsm, { baseUrl: url.origin }),
    viewOptions: url.origin === hsm.baseUrl ? {} : { baseUrl: url.origin },
    wire: WIRE_PROFILES[hsm.profile],
    match: matchRoute(method, url.pathname, hsm.profile),
    notes: {},
  }
  const access = await checkAccess(settings, received)
  const { requestIds } = settings
  if (access.refused !== undefined) {
    const requestId = requestIds.ofRefused(method, url.pathname, hsm)
    if (access.hasToken) audit(settings, received, access, access.refused, requestId)
    return writeResponse(access.refused, received, requestId)
  }
  const requestId = requestIds.next(method, url.pathname, hsm)
  const { caller, principals } = access
  const viewOptions = { ...received.viewOptions, caller, principals }
  const parts = await runWithFaults(settings, { ...received, viewOptions })
  audit(settings, received, access, parts, requestId)
  return writeResponse(parts, received, requestId)
}

/** A client that cannot send every method may override that of a POST. */
function methodOf({ method, headers }: Request): string {
  const override = method === 'POST' ? headers.get('x-http-request') : null
  return (override ?? method).toUpperCase()
}

function unknownHost(host: string, requestId: string): Response {
  const error = { code: 'ResourceNotFound', message: `There is no HSM at ${host}.` }
  return Response.json({ error }, { status: 404, headers: { 'x-ms-request-id': requestId } })
}

interface Access extends AuditedCaller {
  readonly hasToken: boolean
  /** The object ids of the caller and its groups; `null` for a request that is answered whoever sends it. */
  readonly principals?: readonly string[] | null
  /** The error response, if the request must not go on. */
  readonly refused?: ResponseParts | undefined
}

async function checkAccess(settings: Settings, received: ReceivedRequest): Promise<Access> {
  const token = tokenOf(received.request)
  if (token === undefined && received.match.route?.needsNoToken)
    return { hasToken: false, principals: null }
  if (token === undefined) {
    return { hasToken: false, refused: unauthorized(settings, received, NO_TOKEN) }
  }
  const { match, view } = received
  const request = authorizationRequest(view, token, match.route?.operation, match.name)
  return { hasToken: true, ...(await decide(settings, received, request)) }
}

async function decide(
  settings: Settings,
  received: ReceivedRequest,
  request: AuthorizationRequest,
): Promise<Omit<Access, 'hasToken'>> {
  const decision = await errorsAsParts(() => settings.authorize(request))
  // The authorizer failed.
  if ('status' in decision) return { refused: decision }
  const caller = storedCaller(decision.caller)
  if (decision.refused === undefined) {
    const { identity } = decision
    if (isRevoked(settings.faults, request.token)) {
      return { caller, identity, refused: tokenRevoked(settings, received) }
    }
    return { caller, identity, principals: storedPrincipals(decision) }
  }
  if (decision.refused === 401) {
    return { caller, refused: unauthorized(settings, received, decision.message ?? NO_TOKEN) }
  }
  return { caller, refused: errorParts(forbidden(request, decision.message)) }
}

function unauthorized(
  settings: Settings,
  { request, wire, url, method }: ReceivedRequest,
  message: string,
): ResponseParts {
  const text = wire.unauthorizedBody(method, message)
  const userAgent = request.headers.get('user-agent') ?? ''
  const challenge = challengeHeader(wire, url, settings.challenge, userAgent)
  return {
    status: 401,
    text,
    headers: { 'www-authenticate': challenge, ...(text === '' && { 'content-length': '0' }) },
  }
}

/** Revokes the token of a request; a request that needs none has nothing to revoke. */
function revoke(settings: Settings, received: ReceivedRequest): ResponseParts {
  const token = tokenOf(received.request)
  if (settings.faults !== undefined && token !== undefined) revokeToken(settings.faults, token)
  return tokenRevoked(settings, received)
}

/** The challenge of continuous access evaluation. */
function tokenRevoked(settings: Settings, received: ReceivedRequest): ResponseParts {
  const parts = unauthorized(settings, received, TOKEN_REVOKED)
  const { 'www-authenticate': challenge = '', ...headers } = parts.headers ?? {}
  const seconds = Math.floor(readClock(received.hsm) / 1000)
  return { ...parts, headers: { ...headers, 'www-authenticate': withClaims(challenge, seconds) } }
}

function audit(
  { audit }: Settings,
  received: ReceivedRequest,
  access: Access,
  parts: ResponseParts,
  requestId: string,
): void {
  audit?.(auditEntryOf(received, access, parts, requestId))
}

/** Runs the operation, with the next fault of the script that is for it. */
async function runWithFaults(
  settings: Settings,
  received: ReceivedRequest,
): Promise<ResponseParts> {
  const { route } = received.match
  const { signal } = received.request
  const fault = route && settings.faults?.take(route.operation)
  if (fault === undefined) return errorsAsParts(() => runRoute(settings, received), signal)
  const { hsm, arrivedAt } = received
  const end = arrivedAt + (fault.delayMs ?? 0)
  if (fault.delayMs) await waitUntil(() => readClock(hsm), end, signal)
  if (fault.connection === 'lost-before') throw connectionLost()
  if (fault.claimsChallenge) return revoke(settings, received)
  const parts =
    fault.status === undefined
      ? await errorsAsParts(() => runRoute(settings, withPending(received, fault)), signal)
      : errorParts(faultError(fault, fault.status), faultHeaders(fault))
  if (fault.connection === 'lost-after') throw connectionLost()
  return parts
}

function withPending(received: ReceivedRequest, { pendingSeconds }: Fault): ReceivedRequest {
  if (pendingSeconds === undefined) return received
  const viewOptions = { ...received.viewOptions, settlingSeconds: pendingSeconds }
  return { ...received, viewOptions }
}

/** The statuses of errors after which a client should try again. */
const PASSING: readonly number[] = [429, 503]

/** Turns an error that is thrown into an error response. If `signal` has aborted, no client reads one: it throws. */
async function errorsAsParts<Value>(
  run: () => Value | Promise<Value>,
  signal?: AbortSignal,
): Promise<Value | ResponseParts> {
  try {
    return await run()
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof HsmError) {
      return errorParts(error, PASSING.includes(error.status) ? { 'retry-after': '1' } : {})
    }
    // The text of an unforeseen error is not returned: it could hold anything.
    return errorParts(requestError(500, 'InternalServerError', 'An unexpected error occurred.'))
  }
}
