/** Makes an entry of each request, for the log and the metrics. */

import type { IncomingMessage } from 'node:http'
import { type RequestFacts, withFacts } from '../network/request-facts.ts'
import type { RequestObserver } from '../network/respond.ts'
import type { LogLevel, LogListener, RequestLogEntry } from '../options.ts'

/** The characters of each text that are kept. */
const LONGEST = {
  path: 256,
  host: 128,
  operation: 64,
  key: 128,
  caller: 256,
  code: 64,
  reason: 256,
  requestId: 64,
} as const

/**
 * Makes the observer of a listener: each listener receives an entry once the response is ready.
 *
 * @param level - The level of every entry; by default the status decides.
 */
export function observeRequests(
  listeners: readonly LogListener[],
  level?: LogLevel,
): RequestObserver {
  if (listeners.length === 0) return (_, respond) => respond()
  return (message, respond) => {
    const time = Date.now()
    const begun = performance.now()
    return withFacts(respond, (facts, response) => {
      const ms = Math.round((performance.now() - begun) * 1000) / 1000
      const entry = entryOf(message, facts, response, { time, ms, level })
      for (const listener of listeners) listener(entry)
    })
  }
}

interface Measured {
  readonly time: number
  readonly ms: number
  readonly level: LogLevel | undefined
}

function entryOf(
  message: IncomingMessage,
  facts: RequestFacts,
  response: Response | undefined,
  { time, ms, level }: Measured,
): RequestLogEntry {
  const { method = '', url = '', headers, socket } = message
  const hasToken = headers.authorization !== undefined
  const reason = facts.reason ?? reasonOf(message, response, hasToken)
  return {
    time,
    level: level ?? levelOf(response?.status, hasToken),
    method,
    path: cut('path', pathOf(url)),
    ...present('host', headers.host),
    ...(socket.remoteAddress !== undefined && { peer: socket.remoteAddress }),
    ...(response !== undefined && { status: response.status }),
    ms,
    ...present('requestId', response?.headers.get('x-ms-request-id')),
    ...present('operation', facts.operation),
    ...present('key', facts.key),
    ...present('caller', facts.caller),
    ...present('code', facts.code),
    ...present('reason', reason),
  }
}

function levelOf(status: number | undefined, hasToken: boolean): LogLevel {
  if (status === undefined || status >= 500) return 'error'
  // Clients of the service begin without a token, to get the challenge.
  if (status === 401 && !hasToken) return 'info'
  return status >= 400 ? 'warn' : 'info'
}

function reasonOf(
  { socket }: IncomingMessage,
  response: Response | undefined,
  hasToken: boolean,
): string | undefined {
  if (response?.status === 401 && !hasToken) return 'The request has no token.'
  if (response !== undefined) return undefined
  return socket.destroyed
    ? 'The client has disconnected.'
    : 'The connection was closed without a response.'
}

/** Queries can hold secrets, such as a signature of storage; so can a target with a user and a password. */
function pathOf(target: string): string {
  return target.startsWith('/') ? target.replace(/[?#].*$/s, '') : '(not a path)'
}

type TextMember = keyof typeof LONGEST

function present<Member extends TextMember>(
  member: Member,
  text: string | null | undefined,
): { readonly [Name in Member]?: string } {
  if (text === undefined || text === null || text === '') return {}
  return { [member]: cut(member, text) } as { readonly [Name in Member]?: string }
}

function cut(member: TextMember, text: string): string {
  return text.length > LONGEST[member] ? `${text.slice(0, LONGEST[member] - 1)}…` : text
}
