/** From a request to the HSM that answers it: the one place through which every request of a server goes. */

import { type Answer, errorResponse } from '../network/respond.ts'
import type { ServerSettings } from '../options.ts'
import type { Hosts } from './hosts.ts'

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
