/** Requests for tests, and an HSM with a clock that is moved by hand. */

import { createHsm, type Hsm, type HsmOptions } from 'pocket-hsm'
import { createHandler, type Handler, type HandlerOptions } from '../src/index.ts'

export const BASE_URL = 'https://pocket.managedhsm.azure.net'
export const VAULT_URL = 'https://pocket.vault.azure.net'

/** Where every test clock begins: Unix seconds. */
export const START = 1_700_000_000

/** What to send, where it is not the usual. */
export interface Sending {
  readonly json?: unknown
  /** In place of `json`. */
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array>
  readonly headers?: Record<string, string>
  /** In place of an address made of the path. */
  readonly url?: string
  /** `null` for none. */
  readonly token?: string | null
  readonly signal?: AbortSignal
}

/** What came back. */
export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever is there
  readonly json: any
}

/** Sends a request; `METHOD /path`, api-version 7.6 unless the path has a query. */
export type Send = (target: string, sending?: Sending) => Promise<Received>

/** A handler over an HSM with a seed and a clock of its own. */
export interface TestRest {
  readonly hsm: Hsm
  readonly handler: Handler
  readonly send: Send
  readonly clock: { seconds: number }
}

export function testRest(hsmOptions: HsmOptions = {}, options: HandlerOptions = {}): TestRest {
  const clock = { seconds: START }
  const hsm = createHsm({ seed: 'rest tests', clock: () => clock.seconds * 1000, ...hsmOptions })
  const handler = createHandler(hsm, options)
  return { hsm, handler, clock, send: sender(handler, hsm.baseUrl) }
}

/** A sender for a handler. */
export function sender(handler: Handler, baseUrl: string): Send {
  return async (target, sending = {}) => {
    const response = await handler(requestOf(target, baseUrl, sending))
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parsed(text) }
  }
}

export function requestOf(target: string, baseUrl: string, sending: Sending = {}): Request {
  const [method = '', path = ''] = target.split(/ (.*)/)
  const query = path.includes('?') ? '' : '?api-version=7.6'
  const { token = 'any', json } = sending
  const body = sending.body ?? (json === undefined ? undefined : JSON.stringify(json))
  return new Request(sending.url ?? `${baseUrl}${path}${query}`, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...sending.headers,
    },
    ...(body !== undefined && { body }),
    ...(sending.signal && { signal: sending.signal }),
    // Node wants to be told that a body may be read while it is answered.
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Bytes for bodies. */
export const base64url = (bytes: Uint8Array | string): string =>
  Buffer.from(bytes).toString('base64url')

/** The error of a vault. */
export const vaultError = (code: string, message: string, innerCode?: string): unknown => ({
  error: { code, message, ...(innerCode !== undefined && { innererror: { code: innerCode } }) },
})
