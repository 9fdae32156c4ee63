/** From an authorized request to the result of the engine. */

import { type ComingCall, type Hsm, requireAccess, viewHsm } from 'pocket-hsm'
import type { ThrottledRequest } from '../faults/throttle.ts'
import { refuseWhileRestoring } from '../full-backup/running-jobs.ts'
import { readBody } from '../requests/read-body.ts'
import type { ReceivedRequest } from '../requests/received-request.ts'
import { originOf } from '../requests/request-origin.ts'
import { partsOf } from '../responses/reply.ts'
import type { ResponseParts } from '../responses/response-parts.ts'
import { errorParts } from '../responses/write-response.ts'
import type { Route, RouteMatch } from '../routes/route.ts'
import type { OperationName } from '../routes/routes.ts'
import { parseApiVersion } from '../versions/api-versions.ts'
import { bodyOfVersion, hasOperation } from '../versions/version-rules.ts'
import { invalidName, requestError } from '../wire/errors.ts'
import { parseSkipToken } from '../wire/skip-token.ts'
import { BACKUP_OPERATIONS } from './backup-operations.ts'
import type { Call } from './call.ts'
import { runWithRsaKey } from './make-rsa-keys.ts'
import { runWithoutRoute } from './no-route.ts'
import { OPERATIONS } from './operations.ts'
import type { Settings } from './settings.ts'

/** More characters than any path and query of the API has. */
const LONGEST_TARGET = 8192

/** Runs the operation of a route; throws the error of a request that is refused. */
export async function runRoute(
  settings: Settings,
  received: ReceivedRequest,
): Promise<ResponseParts> {
  const { url, match, hsm: home, wire } = received
  const { strict } = settings
  if (url.pathname.length + url.search.length > LONGEST_TARGET) {
    throw requestError(414, 'RequestUriTooLong', 'The request URI is too long.')
  }
  const { route } = match
  if (route === undefined) return runWithoutRoute(received)
  const query = queryOf(url)
  const apiVersion = parseVersion(route, query, strict)
  const { operation } = route
  const versioned = { operation, apiVersion, service: wire.service, strict }
  if (!hasOperation(versioned)) return runWithoutRoute(received)
  const reference = referenceOf(match)
  const segments = decodedSegments(match)
  // Both happen once, however often the operation is run.
  const body = once(async () =>
    bodyOfVersion(await readBody(received.request, route, settings), versioned),
  )
  const wait = once((request: ThrottledRequest) => settings.throttleOf(home)?.(request))
  const run = async (host: Hsm, afterwards: Call['afterwards']) => {
    const hsm = viewHsm(host, received.viewOptions)
    // Before the body is read: whoever may not make the call learns nothing about what is in it.
    requireAccess(hsm, operation, segments['scope'] ?? reference.name)
    const json = await body()
    const milliseconds = wait({ hsm, operation, reference: reference.all, json })
    if (milliseconds !== undefined) return throttled(milliseconds)
    const { jobLease } = settings
    if (!Object.hasOwn(BACKUP_OPERATIONS, operation)) {
      await refuseWhileRestoring({ home, host, jobLease })
    }
    const call: Call = {
      hsm,
      host,
      home,
      jobLease,
      later: (work) => runLater(settings, home, work),
      afterwards,
      storage: settings.storage,
      viewOptions: received.viewOptions,
      wire,
      apiVersion,
      url,
      origin: originOf(received.request, url),
      query,
      json,
      strict,
      name: reference.name,
      reference: reference.all,
      segments,
      makeRsaKey: settings.makeRsaKey,
      signal: received.request.signal,
      prepareRelease: settings.prepareRelease,
      externalKeyManager: settings.externalKeyManager,
      clientRequestId: received.request.headers.get('x-ms-client-request-id') ?? undefined,
      noteExternalKeyRequest: (asked) => {
        received.notes.externalKeyRequest = asked
      },
    }
    return partsOf(await runOperation(call, operation), route.status)
  }
  const { transaction } = settings
  if (transaction === undefined) return run(home, (work) => work())
  let afterwards: () => void = () => {}
  const parts = await transaction(home, { name: reference.name }, (host) => {
    afterwards = () => {}
    return run(host, (work) => {
      afterwards = work
    })
  })
  afterwards()
  return parts
}

async function runLater<Result>(
  { transaction }: Settings,
  home: Hsm,
  work: (host: Hsm) => Result | Promise<Result>,
): Promise<Result> {
  return transaction ? transaction(home, { name: '' }, async (host) => work(host)) : work(home)
}

function runOperation(call: Call, operation: OperationName): unknown {
  const { makeRsaKey } = call
  const run = () => OPERATIONS[operation](call)
  return makeRsaKey && appliesTime(call, operation)
    ? runWithRsaKey({ ...call, makeRsaKey, coming: passTimeOf(call), run })
    : run()
}

/** A function that does its work at the first call only, and then returns the same result. */
function once<Arguments extends readonly unknown[], Result>(
  work: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  let done: { readonly result: Result } | undefined
  return (...given) => {
    done ??= { result: work(...given) }
    return done.result
  }
}

/** Whether due changes are applied before the operation reads keys: to one key, or to all before a list. */
const appliesTime = ({ name }: Call, operation: OperationName): boolean =>
  name !== '' || operation === 'listKeys' || operation === 'listDeletedKeys'

const passTimeOf = ({ name }: Call): ComingCall => ({
  operation: 'passTime',
  ...(name !== '' && { name }),
})

/** The query with its names in lower case, as the service compares them without regard to case. */
function queryOf(url: URL): ReadonlyMap<string, string> {
  return new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]))
}

function parseVersion(route: Route, query: ReadonlyMap<string, string>, strict: boolean): string {
  const skipToken = route.method === 'GET' ? query.get('$skiptoken') : undefined
  const ofToken = skipToken === undefined ? undefined : parseSkipToken(skipToken).apiVersion
  return parseApiVersion(query.get('api-version') || ofToken, {
    // The URL that a client polls is written without one.
    isContinuation: skipToken !== undefined || route.needsNoToken === true,
    strict,
  })
}

function referenceOf({ name: encoded, version }: RouteMatch): {
  readonly name: string
  readonly all: string
} {
  if (encoded === undefined) return { name: '', all: '' }
  const name = decode(encoded)
  return { name, all: version === undefined ? name : `${name}/${decode(version)}` }
}

/** The parameters of the path that name no key. One that cannot be decoded stays as it is, and names nothing. */
function decodedSegments({ segments }: RouteMatch): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(segments).map(([name, text]) => [name, decodedOrUndefined(text) ?? text]),
  )
}

/** Decodes a segment; V8 makes a copy. An encoded slash is part of a name, and no name has one. */
function decode(segment: string): string {
  const text = decodedOrUndefined(segment)
  if (text === undefined || text.includes('/')) throw invalidName(segment)
  return text
}

function decodedOrUndefined(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

function throttled(milliseconds: number): ResponseParts {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  const text = 'Request was not processed because too many requests were received.'
  return errorParts(requestError(429, 'Throttled', text), { 'retry-after': String(seconds) })
}
