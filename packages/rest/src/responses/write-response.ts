/** From an answer to a `Response` in the manner of the service. */

import type { HsmError } from 'pocket-hsm'
import type { Incoming } from '../requests/incoming.ts'
import { sortMembers } from '../wire/json.ts'
import type { ResponseParts } from './response-parts.ts'

const JSON_TYPE = 'application/json; charset=utf-8'

/** The answer that is a refusal. */
export function refusalAnswer(
  error: HsmError,
  headers: Readonly<Record<string, string>> = {},
): ResponseParts {
  return { status: error.status, error, headers }
}

/** Writes the answer with the headers of the service. */
export function writeResponse(answer: ResponseParts, incoming: Incoming): Response {
  const { personality, method, request } = incoming
  const requestId = answer.error?.activityId ?? incoming.requestId
  const body = bodyOf(answer, incoming, requestId)
  const clientRequestId =
    personality.echoesClientRequestId &&
    request.headers.get('x-ms-return-client-request-id') === 'true'
      ? request.headers.get('x-ms-client-request-id')
      : null
  const headers: [string, string][] = [
    ...personality.headers.map(([name, value]): [string, string] => [name, value]),
    ...(method === 'GET'
      ? personality.headersOfGet.map(([name, value]): [string, string] => [name, value])
      : []),
    ['x-ms-request-id', requestId],
    ...(clientRequestId === null
      ? []
      : [['x-ms-client-request-id', clientRequestId] as [string, string]]),
    ...(body === null ? [] : [['content-type', JSON_TYPE] as [string, string]]),
    ...Object.entries(answer.headers ?? {}),
  ]
  return new Response(body, { status: answer.status, headers })
}

function bodyOf(
  answer: ResponseParts,
  { personality }: Incoming,
  requestId: string,
): string | null {
  if (answer.text !== undefined) return answer.text || null
  const { error } = answer
  if (error !== undefined) {
    const { code, innerCode } = error
    const isTold = error.activityId !== undefined || !personality.activityId
    const message = isTold ? error.message : `${error.message} (Activity ID: ${requestId})`
    return JSON.stringify({
      error: { code, message, ...(innerCode !== undefined && { innererror: { code: innerCode } }) },
    })
  }
  if (answer.json === undefined) return null
  return JSON.stringify(personality.sorted ? sortMembers(answer.json) : answer.json)
}
