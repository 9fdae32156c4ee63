/** What of an HTTP message is refused before it becomes a `Request`. */

import type { IncomingMessage } from 'node:http'
import { isHostHeader } from './addresses.ts'
import { errorResponse } from './respond.ts'

/** Methods that a `Request` cannot have (Fetch standard, section 2.2.1): no resource here has them either. */
const FORBIDDEN_METHODS: readonly unknown[] = ['CONNECT', 'TRACE', 'TRACK']

const ALLOW = 'GET, POST, PUT, PATCH, DELETE'

/**
 * The response to a message that is refused; `undefined` if it is not.
 *
 * Node has checked the rest of the syntax: its parser is strict, and a request without a Host header gets a 400.
 *
 * @see RFC 9112 section 3.2 - more than one Host header, or one that is no host: 400
 */
export function refuseMessage(
  message: Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>,
): Response | undefined {
  const { method, url = '', headers, rawHeaders } = message
  const hosts = rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host')
  if (hosts.length !== 1 || !isHostHeader(headers.host ?? '')) {
    return badRequest('The request must have one Host header, with a host name and a port or none.')
  }
  if (FORBIDDEN_METHODS.includes(method)) {
    const text = `The method ${method} is not allowed here.`
    return errorResponse(405, 'MethodNotAllowed', text, { allow: ALLOW })
  }
  if (!url.startsWith('/') || !URL.canParse(`http://localhost${url}`)) {
    return badRequest('The request target must be a path.')
  }
  return undefined
}

const badRequest = (message: string): Response => errorResponse(400, 'BadParameter', message)
