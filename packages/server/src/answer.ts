/** From a request to the HSM that answers it: the one place through which every request of a server goes. */

import { isHostHeader } from './addresses.ts'
import type { Hosts } from './hosts.ts'
import type { ServerSettings } from './options.ts'

/**
 * Answers a request. It rejects only where the connection is to be lost.
 *
 * @param request - With the address that the client used.
 * @param peer - The address of the socket's other end.
 */
export type Answer = (request: Request, peer: string) => Promise<Response>

/** Answers requests from the HSMs of a server. */
export function createAnswer(hosts: Hosts, { auth, limits }: ServerSettings): Answer {
  return withTimeLimit(limits.answerSeconds, async (request) => {
    const { hostname, host } = new URL(request.url)
    const served = hosts.find(hostname)
    if (served === undefined)
      return errorResponse(404, 'ResourceNotFound', `There is no HSM at ${host}.`)
    return served.answer(auth === 'none' ? withSomeToken(request) : request)
  })
}

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

/** Who need not have a token is let in with any. */
function withSomeToken(request: Request): Request {
  if (request.headers.has('authorization')) return request
  request.headers.set('authorization', 'Bearer none')
  return request
}

/** What takes longer is told to come back later; what was begun is not undone. */
function withTimeLimit(seconds: number, answer: Answer): Answer {
  return async (request, peer) => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Response>((resolve) => {
      timer = setTimeout(() => {
        const text = `There was no answer within ${seconds} seconds.`
        resolve(errorResponse(503, 'ServiceUnavailable', text, { 'retry-after': '1' }))
      }, seconds * 1000)
    })
    try {
      return await Promise.race([answer(request, peer), late])
    } finally {
      clearTimeout(timer)
    }
  }
}
