/** Which requests are the same one, sent again: those that add a version, as their clients name them. */

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Respond } from '../network/respond.ts'

/** A request that its client may send again. */
export interface RepeatableRequest {
  /** The same for every attempt. */
  readonly id: string
  /** Whether it still has no response, and its client is still there. */
  readonly isAwaited: () => boolean
}

/** POST adds a version to a key, and so does PUT. Whatever else is sent again finds what it wants, or a 404 or 409. */
const ADDS_A_VERSION: readonly (readonly [method: string, path: RegExp])[] = [
  ['POST', /^\/keys\/[^/]+\/(?:create|rotate)\/?$/i],
  ['PUT', /^\/keys\/[^/]+\/?$/i],
]

const underWay = new AsyncLocalStorage<RepeatableRequest>()

/** Returns the request that this code is answering, if its client may send it again. */
export const repeatableRequest = (): RepeatableRequest | undefined => underWay.getStore()

/**
 * Answers requests so that {@link repeatableRequest} knows which one it is: by its `x-ms-client-request-id`, which the SDKs
 * make for each call and keep when they send it again.
 */
export function withRepeatableRequests(respond: Respond): Respond {
  return async (request, peer) => {
    const id = identifierOf(request)
    if (id === undefined) return respond(request, peer)
    const { signal } = request
    let hasResponse = false
    const isAwaited = () => !hasResponse && !signal.aborted
    try {
      return await underWay.run({ id, isAwaited }, () => respond(request, peer))
    } finally {
      hasResponse = true
    }
  }
}

function identifierOf({ method, url, headers }: Request): string | undefined {
  const given = headers.get('x-ms-client-request-id') ?? ''
  if (given === '') return undefined
  const { pathname } = new URL(url)
  const isMeant = ADDS_A_VERSION.some(([verb, path]) => verb === method && path.test(pathname))
  // With the host and the query: the response depends on both.
  return isMeant ? `${method} ${url} ${given}` : undefined
}
