/** Requests of one socket: what responds to them, and the responses that no HSM makes. */

import { isHostHeader } from './addresses.ts'

/**
 * Answers a request. It rejects only where the connection is to be lost.
 *
 * @param request - With the address that the client used.
 * @param peer - The address of the socket's other end.
 */
export type Answer = (request: Request, peer: string) => Promise<Response>

/** An answer in the form of the service, for what does not come as far as an HSM. */
export function errorResponse(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ error: { code, message } }, { status, headers })
}

/** What the answer to a request with a wrong Host header is. */
export function refuseHost(host: string | undefined): Response | undefined {
  if (host !== undefined && isHostHeader(host)) return undefined
  return errorResponse(400, 'BadParameter', 'The Host header is not a host name.')
}
