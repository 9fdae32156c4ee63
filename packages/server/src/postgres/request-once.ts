/** Which requests are the same one, sent again: those that add a version, as their clients name them. */

import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
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
 * make for each call and keep when they send it again, and its body.
 */
export function withRepeatableRequests(respond: Respond): Respond {
  return async (request, peer) => {
    const id = await identifierOf(request)
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

/** The most bytes of a body that is compared: more than a key to create or to import has. */
const LONGEST_BODY = 65_536

async function identifierOf(request: Request): Promise<string | undefined> {
  const { method, url, headers } = request
  const given = headers.get('x-ms-client-request-id') ?? ''
  if (given === '') return undefined
  const { pathname } = new URL(url)
  const isMeant = ADDS_A_VERSION.some(([verb, path]) => verb === method && path.test(pathname))
  // RFC 9110 section 8.6: absent where the length is not known, as no client here does.
  const length = Number(headers.get('content-length') ?? (request.body === null ? 0 : Infinity))
  if (!isMeant || !(length <= LONGEST_BODY)) return undefined
  // With the host and the query: the response depends on both. With the body: some clients give several calls one identifier.
  return `${method} ${url} ${given} ${await digestOf(request)}`
}

async function digestOf(request: Request): Promise<string> {
  const body = await request.clone().arrayBuffer()
  return createHash('sha256').update(new Uint8Array(body)).digest('hex')
}
