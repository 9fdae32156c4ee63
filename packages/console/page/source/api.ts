/** Requests to a source, and their errors. */

import type { AuditEntry, KeyDetails, KeySummary, RoleSuggestion } from 'pocket-hsm'
import { API_VERSION, type Call, requestOf, type WireRequest } from '../snippets/call.ts'
import { type Identity, tokenOf } from './identity.ts'
import { readServerEvents, type ServerEvent } from './server-events.ts'
import type { Source } from './source.ts'

/** An error response, or a request without a response, which has the status 0. */
export interface ApiError extends Error {
  readonly status: number
  readonly code: string
}

/** Makes an error. */
export function apiError(status: number, code: string, message: string): ApiError {
  return Object.assign(new Error(message), { status, code })
}

/** The requests of the page. */
export interface Api {
  readonly source: Source
  /** Chooses the HSM of control requests. */
  readonly choose: (hsm: string | undefined) => void
  /** A request to the control API. */
  readonly control: <Body>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
  ) => Promise<Body>
  /** A request for keys. */
  readonly send: <Body>(request: WireRequest) => Promise<Body>
  /** A call, as a request for keys. */
  readonly call: <Body>(call: Call) => Promise<Body>
  /** The events after so many entries; ends when the stream does. */
  readonly events: (after: number, signal: AbortSignal) => AsyncGenerator<ServerEvent, undefined>
}

/** The bodies of the control API that the page reads. */
export interface Overview {
  readonly hsms: readonly {
    readonly name: string
    readonly hosts: readonly string[]
    readonly profile: string
  }[]
  readonly time: string
  /** Which tokens requests for keys need. */
  readonly auth?: 'any' | 'none' | 'jwt'
  /** The tenant of the stand-in that gives tokens, if there is one. */
  readonly tenantId?: string
  readonly version?: string
}

/** `status` of the events. */
export interface Status {
  readonly time: string
  readonly unixSeconds: number
  readonly offsetSeconds: number
  readonly faults: number
  readonly limits: 'none' | 'documented'
  readonly activation?: 'Active' | 'NotActivated'
}

/** `GET /control/audit` and `audit` of the events. */
export interface Trail {
  readonly entries: readonly AuditEntry[]
  readonly lost?: number
  readonly total?: number
}

/** `GET /control/keys`. */
export interface KeyList {
  readonly keys: readonly KeySummary[]
}

/** `GET /control/key`. */
export interface OneKey {
  readonly key: KeyDetails
}

/** `GET /control/suggested-roles`. */
export interface SuggestedRoles {
  readonly calls: number
  readonly suggestions: readonly RoleSuggestion[]
}

/** Makes the requests of a page. */
export function createApi(source: Source, identity: () => Identity): Api {
  let hsm: string | undefined
  const controlUrl = (path: string) => {
    const url = new URL(`/control${path}`, source.origin)
    if (hsm !== undefined) url.searchParams.set('hsm', hsm)
    return url
  }
  const controlHeaders = (): Record<string, string> => {
    const { controlToken } = identity()
    return controlToken === undefined ? {} : { authorization: `Bearer ${controlToken}` }
  }
  const send = async <Body>(request: WireRequest): Promise<Body> => {
    const { method, path, body, version = API_VERSION } = request
    const url = new URL(path, source.origin)
    url.searchParams.set('api-version', version)
    return json(
      source.fetch(
        new Request(url, {
          method,
          headers: { authorization: `Bearer ${tokenOf(identity())}`, ...JSON_TYPE },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      ),
    )
  }
  return {
    source,
    choose: (name) => {
      hsm = name
    },
    control: (method, path, body) =>
      json(
        source.fetch(
          new Request(controlUrl(path), {
            method,
            headers: { ...controlHeaders(), ...(method === 'POST' && JSON_TYPE) },
            ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
          }),
        ),
      ),
    send,
    call: (call) => send(requestOf(call)),
    events: async function* (after, signal) {
      const request = new Request(controlUrl(`/events?after=${after}`), {
        headers: controlHeaders(),
        signal,
      })
      const response = await responseOf(source.fetch(request))
      if (!response.ok || response.body === null) throw await errorOf(response)
      yield* readServerEvents(response.body)
      return undefined
    },
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

async function json<Body>(pending: Promise<Response>): Promise<Body> {
  const response = await responseOf(pending)
  if (!response.ok) throw await errorOf(response)
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as Body
}

async function responseOf(pending: Promise<Response>): Promise<Response> {
  try {
    return await pending
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    const text = error instanceof Error ? error.message : String(error)
    throw apiError(0, 'NoResponse', `There was no response: ${text}`)
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    const { error } = JSON.parse(text) as { readonly error: { code: string; message: string } }
    return apiError(response.status, error.code, error.message)
  } catch {
    return apiError(response.status, `${response.status}`, text || response.statusText)
  }
}
