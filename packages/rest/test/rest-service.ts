/** The facade's functions over the wire: from their parameters to a request, from its answer to what they give. */

import type { Page, PageParameters } from 'pocket-hsm'
import type { SeenRefusal, Service } from '../../hsm/test/conformance/subject.ts'
import { base64url } from './rest-client.ts'

/** A refusal of the wire, thrown. */
interface WireRefusal {
  readonly seen: SeenRefusal
}

/** Anything that answers requests. */
type Fetch = (request: Request) => Promise<Response>

type Json = Readonly<Record<string, unknown>>

const VERSION = 'api-version=2025-07-01'

const bytesOf = (text: unknown): Uint8Array =>
  Uint8Array.from(Buffer.from(String(text), 'base64url'))

/** A reference of any form as a path. */
const pathOf = (reference: string): string =>
  `/keys/${reference.replace(/^https?:\/\/[^/]+\/(deleted)?keys\//, '')}`

/** Bytes become base64url, names of our own become those of the wire. */
function wireOf(parameters: object): Json {
  const renamed: Readonly<Record<string, string>> = {
    keySize: 'key_size',
    keyOps: 'key_ops',
    publicExponent: 'public_exponent',
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      renamed[name] ?? name,
      value instanceof Uint8Array ? base64url(value) : value,
    ]),
  )
}

/** The service behind an address, by requests with a token. */
export function restService(fetch: Fetch, baseUrl: string, token: string): Service {
  const send = async (method: string, path: string, body?: Json): Promise<Json> => {
    const response = await fetch(
      new Request(`${baseUrl}${path}${path.includes('?') ? '&' : '?'}${VERSION}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
    const text = await response.text()
    if (response.ok) return text === '' ? {} : JSON.parse(text)
    throw { seen: seenIn(response.status, text) } satisfies WireRefusal
  }
  const page = async (path: string, { maxResults, marker }: PageParameters = {}) => {
    const most = maxResults === undefined ? '' : `&maxresults=${maxResults}`
    const from = marker === undefined ? '' : `&$skiptoken=${marker}`
    const { value, nextLink } = await send('GET', `${path}?${most}${from}`.replace('?&', '?'))
    const next = nextLink ? new URL(String(nextLink)).searchParams.get('$skiptoken') : undefined
    return { value, ...(next && { nextMarker: next }) }
  }
  const operate = async (operation: string, key: string, parameters: { readonly alg: string }) => {
    const { kid, value, iv, tag } = await send(
      'POST',
      `${pathOf(key)}/${operation}`,
      wireOf(parameters),
    )
    return {
      kid: String(kid),
      alg: parameters.alg,
      value: bytesOf(value),
      ...(iv !== undefined && { iv: bytesOf(iv) }),
      ...(tag !== undefined && { tag: bytesOf(tag) }),
    }
  }
  const bundle = (answer: Promise<Json>) => answer as Promise<never>
  const listed = (answer: Promise<unknown>) => answer as Promise<Page<never>>
  return {
    createKey: (name, parameters) =>
      bundle(send('POST', `/keys/${name}/create`, wireOf(parameters))),
    importKey: (name, jwk, { keyOps, ...rest } = {}) =>
      bundle(
        send('PUT', `/keys/${name}`, {
          key: { ...jwk, ...(keyOps && { key_ops: keyOps }) },
          ...rest,
        }),
      ),
    getKey: (key) => bundle(send('GET', pathOf(key))),
    updateKey: (key, parameters) => bundle(send('PATCH', pathOf(key), wireOf(parameters))),
    listKeys: (asked) => listed(page('/keys', asked)),
    listKeyVersions: (name, asked) => listed(page(`/keys/${name}/versions`, asked)),
    listDeletedKeys: (asked) => listed(page('/deletedkeys', asked)),
    deleteKey: (name) => bundle(send('DELETE', `/keys/${name}`)),
    getDeletedKey: (name) => bundle(send('GET', `/deletedkeys/${name}`)),
    recoverDeletedKey: (name) => bundle(send('POST', `/deletedkeys/${name}/recover`)),
    purgeDeletedKey: async (name) => {
      await send('DELETE', `/deletedkeys/${name}`)
    },
    backupKey: async (name) => bytesOf((await send('POST', `/keys/${name}/backup`))['value']),
    restoreKey: (backup) => bundle(send('POST', '/keys/restore', { value: base64url(backup) })),
    rotateKey: (name) => bundle(send('POST', `/keys/${name}/rotate`)),
    encrypt: (key, parameters) => operate('encrypt', key, parameters),
    decrypt: (key, parameters) => operate('decrypt', key, parameters),
    wrapKey: (key, parameters) => operate('wrapkey', key, parameters),
    unwrapKey: (key, parameters) => operate('unwrapkey', key, parameters),
    sign: (key, parameters) => operate('sign', key, parameters),
    verify: async (key, parameters) =>
      (await send('POST', `${pathOf(key)}/verify`, wireOf(parameters)))['value'] === true,
    getRandomBytes: async (count) => bytesOf((await send('POST', '/rng', { count }))['value']),
  }
}

function seenIn(status: number, text: string): SeenRefusal {
  const { code, message, innererror } = JSON.parse(text).error
  return { status, code, message, ...(innererror && { innerCode: innererror.code }) }
}

/** What was thrown by the service of this file. */
export function seenRefusal(thrown: unknown): SeenRefusal {
  if (typeof thrown === 'object' && thrown !== null && 'seen' in thrown) {
    return (thrown as WireRefusal).seen
  }
  throw thrown
}
