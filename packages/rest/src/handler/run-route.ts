/** From a request that may be answered to what the engine says. */

import type { ComingCall } from 'pocket-hsm'
import type { Incoming } from '../requests/incoming.ts'
import { readBody } from '../requests/read-body.ts'
import type { ResponseParts } from '../responses/response-parts.ts'
import { refusalAnswer } from '../responses/write-response.ts'
import { hasFeatureOf, parseApiVersion } from '../routes/api-versions.ts'
import type { OperationName, Route, RouteMatch } from '../routes/routes.ts'
import { badRequest, invalidName, refusal } from '../wire/errors.ts'
import { type Call, OPERATIONS } from './operations.ts'
import type { Settings } from './settings.ts'
import { runWithRsaKey } from './slow-work.ts'

/** Longer than any path and query that the API has. */
const LONGEST_TARGET = 8192

/** Runs the operation of a route; throws what refuses. */
export async function runRoute(settings: Settings, incoming: Incoming): Promise<ResponseParts> {
  const { url, match, view, hsm, personality } = incoming
  const { strict } = settings
  if (url.pathname.length + url.search.length > LONGEST_TARGET) {
    throw refusal(414, 'RequestUriTooLong', 'The request URI is too long.')
  }
  const { route } = match
  if (route === undefined) return noRoute(incoming)
  const query = queryOf(url)
  const apiVersion = parseVersion(route, query, strict)
  const reference = referenceOf(match)
  const json = await readBody(incoming.request, route, settings)
  const { operation } = route
  const wait = settings.throttleOf(hsm)?.({ hsm: view, operation, reference: reference.all, json })
  if (wait !== undefined) return throttled(wait)
  const { makeRsaKey } = settings
  const call: Call = {
    hsm: view,
    personality,
    apiVersion,
    url,
    query,
    json,
    strict,
    name: reference.name,
    reference: reference.all,
    makeRsaKey,
    signal: incoming.request.signal,
    prepareRelease: settings.prepareRelease,
  }
  const run = () => OPERATIONS[operation](call)
  const result = await (makeRsaKey && reads(call, operation)
    ? runWithRsaKey({ ...call, coming: reading(call), run })
    : run())
  return result === undefined ? { status: 204 } : { status: 200, json: result }
}

/** Whether time is applied to keys before the operation looks at them: to one, or to all before a list. */
const reads = ({ name }: Call, operation: OperationName): boolean =>
  name !== '' || operation === 'listKeys' || operation === 'listDeletedKeys'

const reading = ({ name }: Call): ComingCall => ({
  operation: 'passTime',
  ...(name !== '' && { name }),
})

function noRoute({ match, method, url }: Incoming): ResponseParts {
  if (match.allowed.length === 0) {
    throw refusal(404, 'ResourceNotFound', `There is nothing at ${url.pathname.slice(0, 256)}.`)
  }
  const allow = [...new Set(match.allowed)].join(', ')
  const text = `The method ${method} is not allowed here.`
  return refusalAnswer(refusal(405, 'MethodNotAllowed', text), { allow })
}

/** Names in lower case: the service does not mind. */
function queryOf(url: URL): ReadonlyMap<string, string> {
  return new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]))
}

function parseVersion(route: Route, query: ReadonlyMap<string, string>, strict: boolean): string {
  const isContinuation = route.method === 'GET' && query.has('$skiptoken')
  const apiVersion = parseApiVersion(query.get('api-version'), { isContinuation, strict })
  if (strict && route.since !== undefined && !hasFeatureOf(apiVersion, route.since)) {
    throw badRequest(`The api-version ${apiVersion} does not have this operation.`)
  }
  return apiVersion
}

function referenceOf({ name: asked, version }: RouteMatch): {
  readonly name: string
  readonly all: string
} {
  if (asked === undefined) return { name: '', all: '' }
  const name = decoded(asked)
  return { name, all: version === undefined ? name : `${name}/${decoded(version)}` }
}

/** A slash that was encoded is part of a name, and no name has one. */
function decoded(segment: string): string {
  const text = decodedOrNothing(segment)
  if (text === undefined || text.includes('/')) throw invalidName(segment)
  return text
}

function decodedOrNothing(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

function throttled(milliseconds: number): ResponseParts {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  const text = 'Request was not processed because too many requests were received.'
  return refusalAnswer(refusal(429, 'Throttled', text), { 'retry-after': String(seconds) })
}
