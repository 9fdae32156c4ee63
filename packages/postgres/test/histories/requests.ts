/** Operations as requests of the REST API, and its responses as answers. */

import { createHash } from 'node:crypto'
import type { Answer, Asked, Kind, Shown } from './life-cycle.ts'

/** What is sent. */
export interface Sent {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly body?: object
}

/** What came back. */
export interface Received {
  readonly status: number
  readonly json: Json
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a server sends
export type Json = any

/** Sends a request to any of the servers. Throws {@link NotSent}, or anything else when there was no response. */
export type Send = (sent: Sent) => Promise<Received>

/** Thrown if no server can have heard of a request. */
export class NotSent extends Error {}

/** What is signed. */
export const MESSAGE: Uint8Array = Buffer.from('one coffee, no sugar')

const DIGEST = createHash('sha256').update(MESSAGE).digest('base64url')

const VERSION = 'api-version=7.6'

/** The kinds of operation with a request of their own; a listing has several. */
export type RequestKind = Exclude<Kind, 'list' | 'list-deleted'>

const EMPTY: Asked = { kind: 'get', id: '' }

const REQUESTS: Readonly<
  Record<
    RequestKind,
    (name: string, asked: Asked, backup: string) => readonly [Sent['method'], string, object?]
  >
> = {
  create: (name, { id }) => [
    'POST',
    `/keys/${name}/create`,
    { kty: 'EC-HSM', crv: 'P-256', tags: { id } },
  ],
  rotate: (name) => ['POST', `/keys/${name}/rotate`],
  update: (name, { id, enabled }) => [
    'PATCH',
    `/keys/${name}`,
    { tags: { id }, attributes: { enabled } },
  ],
  delete: (name) => ['DELETE', `/keys/${name}`],
  recover: (name) => ['POST', `/deletedkeys/${name}/recover`],
  purge: (name) => ['DELETE', `/deletedkeys/${name}`],
  backup: (name) => ['POST', `/keys/${name}/backup`],
  restore: (_, __, value) => ['POST', '/keys/restore', { value }],
  get: (name) => ['GET', `/keys/${name}`],
  'get-deleted': (name) => ['GET', `/deletedkeys/${name}`],
  sign: (name) => ['POST', `/keys/${name}/sign`, { alg: 'ES256', value: DIGEST }],
  versions: (name) => ['GET', `/keys/${name}/versions`],
}

/**
 * Makes the request of an operation.
 *
 * @param backup - What `restore` brings back.
 */
export function requestOf(
  kind: RequestKind,
  name: string,
  asked: Asked = EMPTY,
  backup = '',
): Sent {
  const [method, path, body] = REQUESTS[kind](name, asked, backup)
  return { method, path: `${path}?${VERSION}`, ...(body && { body }) }
}

/** The first page of a list, of at most so many keys. */
export const firstPage = (kind: 'list' | 'list-deleted', count: number): Sent => ({
  method: 'GET',
  path: `/${kind === 'list' ? 'keys' : 'deletedkeys'}?maxresults=${count}&${VERSION}`,
})

/** Every error of the service that an operation may meet here. */
const ERRORS: readonly (readonly [status: number, code: string])[] = [
  [403, 'Forbidden'],
  [404, 'KeyNotFound'],
  [409, 'Conflict'],
]

/** From these the client learns nothing: the server failed, or was too busy, before or after it did the work. */
const UNKNOWN = [429, 500, 502, 503, 504]

/**
 * Reads a response.
 *
 * @returns `undefined` if it does not say what happened.
 * @throws Error - The service has no such response.
 */
export function answerOf(kind: RequestKind, { status, json }: Received): Answer | undefined {
  if (UNKNOWN.includes(status)) return undefined
  if (status >= 400) {
    const isKnown = ERRORS.some(([each, code]) => each === status && code === json?.error?.code)
    if (!isKnown) throw new Error(`${kind}: ${status} ${JSON.stringify(json)}`)
    return { status }
  }
  if (kind === 'versions') return { status, versions: json.value.map(shownOf) }
  if (kind === 'backup' || kind === 'purge') return { status }
  if (kind === 'sign') return { status, shown: { version: versionOf(json.kid) } }
  return { status, shown: shownOf(json) }
}

const shownOf = ({ kid, key, tags, attributes }: Json): Shown => ({
  version: versionOf(kid ?? key.kid),
  tag: tags?.id ?? '',
  enabled: attributes.enabled,
})

function versionOf(kid: string): string {
  const version = /\/keys\/[^/]+\/([0-9a-f]{32})$/.exec(kid)?.[1]
  if (version === undefined) throw new Error(`${kid} names no version`)
  return version
}

/** A key identifier without the server that it came from. */
export const pathOf = (kid: string): string => kid.replace(/^https?:\/\/[^/]+/, '')

/** The name of a key of a list, in lower case. */
export const nameOf = ({ kid }: { readonly kid: string }): string =>
  (kid.split('/').at(-1) ?? '').toLowerCase()
