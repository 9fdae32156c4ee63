/** The facade's functions over the wire: from their parameters to a request, from its answer to what they give. */

import type { Page, PageParameters } from 'pocket-hsm'
import type { PreviewService, SeenRefusal } from '../../hsm/test/conformance/subject.ts'
import { base64url } from './rest-client.ts'

/** A refusal of the wire, thrown. */
interface WireRefusal {
  readonly seen: SeenRefusal
}

/** Anything that answers requests. */
type Fetch = (request: Request) => Promise<Response>

type Json = Readonly<Record<string, unknown>>

/** The api-version that has ML-DSA, secure wrap and secure unwrap. */
export const PREVIEW = '2026-05-01-preview'

const bytesOf = (text: unknown): Uint8Array =>
  Uint8Array.from(Buffer.from(String(text), 'base64url'))

/** A reference of any form as a path. */
const pathOf = (reference: string): string =>
  `/keys/${reference.replace(/^https?:\/\/[^/]+\/(deleted)?keys\//, '')}`

/** Bytes become base64url, also in a release policy; names of our own become those of the wire. */
function wireOf(parameters: object): Json {
  const renamed: Readonly<Record<string, string>> = {
    keySize: 'key_size',
    keyOps: 'key_ops',
    publicExponent: 'public_exponent',
    releasePolicy: 'release_policy',
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      renamed[name] ?? name,
      value instanceof Uint8Array
        ? base64url(value)
        : name === 'releasePolicy'
          ? wireOf(value)
          : value,
    ]),
  )
}

/** An external µ has a member of its own, in place of the message. */
function muOf<Message extends 'value' | 'digest'>(
  message: Message,
  parameters: { readonly externalMu?: boolean | undefined } & Readonly<Record<Message, Uint8Array>>,
): object {
  const { externalMu, [message]: given, ...rest } = parameters
  return { ...rest, [externalMu ? 'external_mu' : message]: given }
}

/** The service behind an address, by requests with a token and an api-version. */
export function restService(
  fetch: Fetch,
  baseUrl: string,
  token: string,
  version = '2025-07-01',
): PreviewService {
  const send = async (method: string, path: string, body?: Json): Promise<Json> => {
    const response = await fetch(
      new Request(`${baseUrl}${path}${path.includes('?') ? '&' : '?'}api-version=${version}`, {
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
  const operate = async (
    operation: string,
    key: string,
    { alg, ...rest }: { readonly alg: string },
  ) => {
    const { kid, value, iv, tag } = await send(
      'POST',
      `${pathOf(key)}/${operation}`,
      wireOf({ alg, ...rest }),
    )
    return {
      kid: String(kid),
      alg,
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
    sign: (key, { alg, ...rest }) => operate('sign', key, { alg, ...muOf('value', rest) }),
    verify: async (key, parameters) => {
      const body = wireOf(muOf('digest', parameters))
      return (await send('POST', `${pathOf(key)}/verify`, body))['value'] === true
    },
    secureWrapKey: (key, parameters) => operate('securewrapkey', key, parameters),
    secureUnwrapKey: (key, parameters) => operate('secureunwrapkey', key, parameters),
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
