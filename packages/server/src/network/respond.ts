/** What a server does with a request, and responses that no HSM makes. */

/**
 * Responds to a request. It rejects only if the connection is to be closed without a response.
 *
 * @param request - Its URL has the host that the client used.
 * @param peer - The address of the socket's other end.
 */
export type Respond = (request: Request, peer: string) => Promise<Response>

/** An error response in the form of the service, for a request that reaches no HSM. */
export function errorResponse(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ error: { code, message } }, { status, headers })
}
