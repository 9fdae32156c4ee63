/** From the parts of a response to a `Response` with the headers of the service. */

import { type HsmError, toServiceError } from 'pocket-hsm'
import type { ReceivedRequest } from '../requests/received-request.ts'
import { sortMembers } from '../wire/json.ts'
import type { ResponseParts } from './response-parts.ts'

const JSON_TYPE = 'application/json; charset=utf-8'

/** Makes the parts of an error response. */
export function errorParts(
  error: HsmError,
  headers: Readonly<Record<string, string>> = {},
): ResponseParts {
  return { status: error.status, error, headers }
}

/**
 * Writes the response with the headers of the service.
 *
 * @param requestId - A GUID. The response has it unless its error names another activity.
 */
export function writeResponse(
  parts: ResponseParts,
  received: ReceivedRequest,
  requestId: string,
): Response {
  const { wire, method, hsm } = received
  const error = parts.error && toServiceError(hsm, parts.error)
  const body = parts.text ?? (error ? errorBody(error) : jsonBody(parts.json, wire.sorted))
  const clientRequestId = clientRequestIdOf(received)
  const hasContentType = body !== '' || wire.alwaysHasContentType
  const headers: readonly (readonly [string, string])[] = [
    ...wire.headers,
    ...(parts.status < 400 ? wire.headersOfSuccess : []),
    ...(method === 'GET' ? wire.headersOfGet : []),
    ['x-ms-request-id', error?.activityId ?? requestId],
    ...(clientRequestId === null ? [] : [['x-ms-client-request-id', clientRequestId] as const]),
    ...(hasContentType ? [['content-type', JSON_TYPE] as const] : []),
    ...Object.entries(parts.headers ?? {}),
  ]
  return new Response(body === '' ? null : body, {
    status: parts.status,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  })
}

function clientRequestIdOf({ wire, request: { headers } }: ReceivedRequest): string | null {
  const isRequested = headers.get('x-ms-return-client-request-id') === 'true'
  return wire.echoesClientRequestId && isRequested ? headers.get('x-ms-client-request-id') : null
}

function errorBody({ code, innerCode, message }: HsmError): string {
  return JSON.stringify({
    error: { code, message, ...(innerCode !== undefined && { innererror: { code: innerCode } }) },
  })
}

function jsonBody(json: unknown, sorted: boolean): string {
  if (json === undefined) return ''
  return JSON.stringify(sorted ? sortMembers(json) : json)
}
