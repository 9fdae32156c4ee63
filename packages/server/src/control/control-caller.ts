/** Who may send control requests. */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Authorizer } from '@pocket-hsm/rest'
import type { Hosts } from '../hsms/hosts.ts'
import type { ServerClock } from '../hsms/server-clock.ts'
import { isLoopback } from '../network/addresses.ts'

/** What is controlled. */
export interface Controlled {
  readonly hosts: Hosts
  readonly clock: ServerClock
}

/** An error with the status of its response. */
export interface ControlRefusal {
  readonly status: number
  readonly message: string
}

/** What a control request must prove. */
export interface ControlAccess {
  /** Verifies the token that callers on this machine need then; without it, they need none. */
  readonly authorize?: Authorizer | undefined
  /** The token with which any caller may send control requests, from wherever; without it, nobody elsewhere may. */
  readonly token?: string | undefined
}

/** Headers of proxies: with one of them the caller may be on another machine, whatever the socket says. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-real-ip']
const PROXY_PREFIX = 'x-forwarded-'

const BEARER = /^Bearer +([^\s]+)\s*$/i

/**
 * Throws the error of a caller who may not send control requests.
 *
 * | caller | needs |
 * | --- | --- |
 * | any | the control token; or, |
 * | on this machine, not through a proxy | no token, or one of the authority if tokens are verified |
 *
 * Web pages are kept out before, by their origin and the host that they know.
 */
export async function checkCaller(
  request: Request,
  url: URL,
  peer: string,
  controlled: Controlled,
  { authorize, token: expected }: ControlAccess,
): Promise<void> {
  const token = BEARER.exec(request.headers.get('authorization') ?? '')?.[1]
  if (expected !== undefined && token !== undefined && isSame(token, expected)) return
  const elsewhere = whyElsewhere(request, url, peer, controlled)
  if (elsewhere === undefined) return checkToken(token, controlled, authorize)
  if (expected === undefined) throw refuse(403, elsewhere)
  throw refuse(
    401,
    token === undefined
      ? 'Control requests from elsewhere need the control token: give it with --control-token-file.'
      : 'Control requests from elsewhere need the control token, and this is not it.',
  )
}

/** Digests have the same length, and their comparison takes the same time wherever they differ. */
function isSame(token: string, expected: string): boolean {
  const [a, b] = [token, expected].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

/** Why a caller is not, or may not be, on this machine; `undefined` for one that is. */
export function whyElsewhere(
  { headers }: Request,
  { hostname }: URL,
  peer: string,
  { hosts }: Controlled,
): string | undefined {
  const isForwarded = [...headers.keys()].some(
    (name) => PROXY_HEADERS.includes(name) || name.startsWith(PROXY_PREFIX),
  )
  if (isForwarded) return 'Control requests must not come through a proxy.'
  const isOwnName =
    isLoopback(hostname) || hosts.all.some((served) => served.hosts.includes(hostname))
  if (isLoopback(peer) && isOwnName) return undefined
  return 'Control requests must come from the machine of the server.'
}

async function checkToken(
  token: string | undefined,
  { hosts }: Controlled,
  authorize: Authorizer | undefined,
): Promise<void> {
  const [first] = hosts.all
  if (authorize === undefined || first === undefined) return
  if (token === undefined) {
    throw refuse(401, 'Control requests need a token of the authority: give it with --token.')
  }
  const { refused, message } = {
    message: '',
    ...(await authorize({ token, hsm: first.hsm(), scope: '/' })),
  }
  if (refused !== undefined) throw refuse(refused, message || 'The token was not accepted.')
}

const refuse = (status: number, message: string): ControlRefusal & Error =>
  Object.assign(new Error(message), { status })
