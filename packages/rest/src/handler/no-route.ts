/** Requests that no route matches: which error they get. */

import type { ReceivedRequest } from '../requests/received-request.ts'
import type { ResponseParts } from '../responses/response-parts.ts'
import { errorParts } from '../responses/write-response.ts'
import { trimSlashes } from '../routes/route.ts'
import { invalidName, operationNotAllowed, requestError } from '../wire/errors.ts'

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** A path under a key, or under a version of one: its last segment is an operation unless it is a version. */
const UNDER_A_KEY = /^(?:deleted)?keys\/[^/]+(?:\/[^/]*)?\/([^/]+)$/i
const VERSION = /^[0-9a-f]{32}$/i
const SEGMENT = /^[0-9a-z-]+$/i

/** Returns the 405 of a method that a path does not have; throws the error of a path that is none of the API's. */
export function runWithoutRoute({ match, method, url }: ReceivedRequest): ResponseParts {
  if (!METHODS.includes(method)) return methodNotAllowed(method, match.allowed)
  const [, last] = UNDER_A_KEY.exec(trimSlashes(url.pathname)) ?? []
  if (last !== undefined && !VERSION.test(last)) {
    throw SEGMENT.test(last) ? operationNotAllowed(method, last) : invalidName(last)
  }
  if (match.allowed.length > 0) return methodNotAllowed(method, match.allowed)
  const text = `There is nothing at ${url.pathname.slice(0, 256)}.`
  throw requestError(404, 'ResourceNotFound', text)
}

function methodNotAllowed(method: string, allowed: readonly string[]): ResponseParts {
  const allow = [...new Set(allowed.length > 0 ? allowed : METHODS)].join(', ')
  const text = `The method ${method.slice(0, 32)} is not allowed here.`
  return errorParts(requestError(405, 'MethodNotAllowed', text), { allow })
}
