/** The REST API of keys: a `Request` goes in, a `Response` comes out. */

import { HsmError, readClock, viewHsm } from 'pocket-hsm'
import { authorizationRequest, forbidden, NO_TOKEN, tokenOf } from '../access/authorize.ts'
import { challengeHeader } from '../access/challenge.ts'
import { CODES, connectionLost, type Fault } from '../faults/faults.ts'
import type { Incoming } from '../requests/incoming.ts'
import type { ResponseParts } from '../responses/response-parts.ts'
import { refusalAnswer, writeResponse } from '../responses/write-response.ts'
import { matchRoute } from '../routes/routes.ts'
import { refusal } from '../wire/errors.ts'
import { PERSONALITIES } from '../wire/personalities.ts'
import type { HandlerOptions, HsmSource } from './options.ts'
import { runRoute } from './run-route.ts'
import { parseSettings, type Settings } from './settings.ts'
import { waitUntil } from './wait-until.ts'

/** Answers requests, as `fetch` would. It rejects only where a connection would be lost or the signal aborts. */
export type Handler = (request: Request) => Promise<Response>

/**
 * Makes a handler of the keys' REST API, as Key Vault and Managed HSM speak it.
 *
 * Key identifiers begin with the address that the client used. A request without a token gets the challenge that
 * clients begin with, before anything else about it is looked at; any token will do unless told. Whatever is wrong
 * with a request is answered with a 4xx and the service's body, and leaves the HSM as it was.
 *
 * @param hsms - One HSM for every address, or several by host.
 * @param options - See {@link HandlerOptions}; every member is optional.
 * @throws {@link HsmError} 400 `BadParameter` - an option that is none, something that is no HSM, `makeRsaKey` for
 *   an HSM without an `rsaPool`.
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
  const hsm = settings.hsmOf(url.host)
  const method = methodOf(request)
  const requestId = settings.nextRequestId(method, url.pathname, hsm)
  if (hsm === undefined) return unknownHost(url.host, requestId)
  const incoming: Incoming = {
    request,
    url,
    arrivedAt: readClock(hsm),
    requestId,
    method,
    hsm,
    view: url.origin === hsm.baseUrl ? hsm : viewHsm(hsm, { baseUrl: url.origin }),
    personality: PERSONALITIES[hsm.profile],
    match: matchRoute(method, url.pathname),
  }
  return writeResponse(await answer(settings, incoming), incoming)
}

/** Some clients cannot send every method: a POST may carry another. */
function methodOf({ method, headers }: Request): string {
  const override = method === 'POST' ? headers.get('x-http-request') : null
  return (override ?? method).toUpperCase()
}

function unknownHost(host: string, requestId: string): Response {
  const error = { code: 'ResourceNotFound', message: `There is no HSM at ${host}.` }
  return Response.json({ error }, { status: 404, headers: { 'x-ms-request-id': requestId } })
}

async function answer(settings: Settings, incoming: Incoming): Promise<ResponseParts> {
  const token = tokenOf(incoming.request)
  if (token === undefined) return unauthorized(settings, incoming, NO_TOKEN)
  const { match, view, arrivedAt, requestId } = incoming
  const operation = match.route?.operation
  const question = authorizationRequest(view, token, operation, match.name)
  const decision = await attempt(() => settings.authorize(question))
  // An authoriser that fails lets nobody in.
  if ('status' in decision) return decision
  const { caller } = decision
  const given =
    decision.refused === 401
      ? unauthorized(settings, incoming, decision.message ?? NO_TOKEN)
      : decision.refused === 403
        ? refusalAnswer(forbidden(question, decision.message))
        : await answerWithFaults(settings, { ...incoming, view: viewHsm(view, { caller }) })
  settings.audit?.({
    time: arrivedAt,
    requestId,
    ...(caller !== undefined && { caller }),
    ...(operation && { operation }),
    ...(match.name !== undefined && { name: match.name }),
    status: given.status,
    ...(given.error && { code: given.error.code }),
  })
  return given
}

function unauthorized(settings: Settings, incoming: Incoming, message: string): ResponseParts {
  const { personality, url, method } = incoming
  const text = personality.unauthorizedBody(method, message)
  const challenge = challengeHeader(personality, url, settings.challenge)
  return {
    status: 401,
    text,
    headers: { 'www-authenticate': challenge, ...(text === '' && { 'content-length': '0' }) },
  }
}

/** What the script of faults leaves of the engine's answer. */
async function answerWithFaults(settings: Settings, incoming: Incoming): Promise<ResponseParts> {
  const { route } = incoming.match
  const fault = route && settings.faults?.take(route.operation)
  const { hsm, arrivedAt, request } = incoming
  if (fault === undefined) return attempt(() => runRoute(settings, incoming), request.signal)
  const end = arrivedAt + (fault.delayMs ?? 0)
  if (fault.delayMs) await waitUntil(() => readClock(hsm), end, request.signal)
  if (fault.connection === 'lost-before') throw connectionLost()
  const given =
    fault.status === undefined
      ? await attempt(() => runRoute(settings, pending(incoming, fault)), request.signal)
      : faultAnswer(fault, fault.status)
  if (fault.connection === 'lost-after') throw connectionLost()
  return given
}

function pending(incoming: Incoming, { pendingSeconds }: Fault): Incoming {
  if (pendingSeconds === undefined) return incoming
  return { ...incoming, view: viewHsm(incoming.view, { settlingSeconds: pendingSeconds }) }
}

function faultAnswer({ code, message, retryAfterSeconds, retryAfterMs }: Fault, status: number) {
  return refusalAnswer(
    refusal(status, code ?? CODES[status] ?? 'Error', message ?? 'A fault of the script.'),
    {
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      ...(retryAfterMs !== undefined && { 'retry-after-ms': String(retryAfterMs) }),
    },
  )
}

/** An error becomes a response; nobody reads one after `signal` has aborted, and it is thrown on. */
async function attempt<Value>(
  run: () => Value | Promise<Value>,
  signal?: AbortSignal,
): Promise<Value | ResponseParts> {
  try {
    return await run()
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof HsmError) {
      return refusalAnswer(error, error.status === 429 ? { 'retry-after': '1' } : {})
    }
    // Nothing of an unforeseen error is told: it could hold anything.
    return refusalAnswer(refusal(500, 'InternalServerError', 'An unexpected error occurred.'))
  }
}
