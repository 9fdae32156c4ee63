/** What a server does with a request, and responses that no HSM makes. */

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { noteFacts } from './request-facts.ts'

/**
 * Responds to a request. It rejects only if the connection is to be closed without a response.
 *
 * @param request - Its URL has the host that the client used.
 * @param peer - The address of the socket's other end.
 */
export type Respond = (request: Request, peer: string) => Promise<Response>

/**
 * Calls `respond` for a message, and returns what it returns. It sees every message, those that are refused before they
 * become a request included.
 */
export type RequestObserver = (
  message: IncomingMessage,
  respond: () => Promise<Response>,
) => Promise<Response>

/** An error response in the form of the service, for a request that reaches no HSM; with a request id, as all have one. */
export function errorResponse(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  noteFacts({ code, reason: message })
  return Response.json(
    { error: { code, message } },
    { status, headers: { 'x-ms-request-id': randomUUID(), ...headers } },
  )
}
