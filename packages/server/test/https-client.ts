/** Requests over real sockets, with a trusted authority and any Host. */

import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { request as httpsRequest, type RequestOptions as TlsRequestOptions } from 'node:https'

/** What to send, where it is not the usual. */
export interface Sending extends TlsRequestOptions {
  readonly json?: unknown
  /** `null` for none. */
  readonly token?: string | null
}

/** What came back. */
export interface Received {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever is there
  readonly json: any
}

/** Sends `METHOD /path` with a token; api-version 7.6 unless the path has a query. */
export function send(url: string, target: string, sending: Sending = {}): Promise<Received> {
  const [method = 'GET', path = '/'] = target.split(' ')
  const { json, token = 'any', headers, ...rest } = sending
  const body = json === undefined ? undefined : JSON.stringify(json)
  const { hostname, port, protocol } = new URL(url)
  const options: RequestOptions = {
    method,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: path.includes('?') ? path : `${path}?api-version=7.6`,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
      ...(headers as Record<string, string>),
    },
    agent: false,
    ...rest,
  }
  return new Promise((resolve, reject) => {
    const outgoing = (protocol === 'https:' ? httpsRequest : httpRequest)(options, (response) => {
      const chunks: Buffer[] = []
      response
        .on('data', (chunk) => chunks.push(chunk))
        .on('error', reject)
        .on('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: parsed(text),
          })
        })
    })
    outgoing.on('error', reject).end(body)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
