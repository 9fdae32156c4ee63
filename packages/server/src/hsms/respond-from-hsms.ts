/** From a request to the HSM that it is for: every request of a server that is not for control goes through here. */

import { listOf } from '../network/guard.ts'
import { errorResponse, type Respond } from '../network/respond.ts'
import type { ServerSettings } from '../options.ts'
import type { Hosts, ServedHsm } from './hosts.ts'

/** Responds from the HSMs of a server. */
export function respondFromHsms(
  hosts: Hosts,
  { auth, limits }: Pick<ServerSettings, 'auth' | 'limits'>,
): Respond {
  return withTimeLimit(limits.answerSeconds, async (request) => {
    const { hostname, host } = new URL(request.url)
    const served = hosts.find(hostname)
    if (served !== undefined) return served.handle(auth === 'none' ? withToken(request) : request)
    const text = `There is no HSM at ${host}. The HSMs of this server are: ${listOf(hosts.all.map(described))}.`
    return errorResponse(404, 'ResourceNotFound', text)
  })
}

/** The name of an HSM and its hosts; a name that is itself a host has no other. */
const described = ({ name, hosts }: ServedHsm): string =>
  hosts.length > 1 ? `${name} (${hosts.join(', ')})` : name

/** The handler wants a token: where none is required, any will do. */
function withToken(request: Request): Request {
  if (request.headers.has('authorization')) return request
  request.headers.set('authorization', 'Bearer none')
  return request
}

/** Responds with 503 to a request that takes longer; its work goes on. */
function withTimeLimit(seconds: number, respond: Respond): Respond {
  return async (request, peer) => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Response>((resolve) => {
      timer = setTimeout(() => {
        const text = `The request took longer than ${seconds} seconds.`
        resolve(errorResponse(503, 'ServiceUnavailable', text, { 'retry-after': '1' }))
      }, seconds * 1000)
    })
    try {
      return await Promise.race([respond(request, peer), late])
    } finally {
      clearTimeout(timer)
    }
  }
}
