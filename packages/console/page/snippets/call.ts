/** A call of the service, as the page makes it: what the snippets are written from. */

import { toBase64url } from '../model/encodings.ts'

/** A call about a key. Bytes are base64url, as on the wire. */
export type Call =
  | CreateCall
  | { readonly operation: 'importKey'; readonly key: string; readonly body: object }
  | { readonly operation: PlainOperation; readonly key: string }
  | UpdateCall
  | PolicyCall
  | CryptoCall
  | SecureWrapCall
  | ReleaseCall

/** Operations that need a name alone. */
export type PlainOperation =
  | 'getKey'
  | 'rotateKey'
  | 'deleteKey'
  | 'recoverDeletedKey'
  | 'purgeDeletedKey'
  | 'backupKey'

/** Creates a key. Instants are Unix seconds. */
export interface CreateCall {
  readonly operation: 'createKey'
  readonly key: string
  readonly kty: string
  readonly keySize?: number | undefined
  readonly crv?: string | undefined
  /** The parameter set of ML-DSA. */
  readonly alg?: string | undefined
  readonly enabled?: boolean | undefined
  readonly nbf?: number | undefined
  readonly exp?: number | undefined
  readonly keyOps?: readonly string[] | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** A policy document: makes the key exportable. */
  readonly releasePolicy?: object | undefined
}

/** Changes a version. `null` removes a date. */
export interface UpdateCall {
  readonly operation: 'updateKey'
  readonly key: string
  readonly version?: string | undefined
  readonly enabled?: boolean | undefined
  readonly nbf?: number | undefined
  readonly exp?: number | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** Sets a rotation policy. */
export interface PolicyCall {
  readonly operation: 'updateRotationPolicy'
  readonly key: string
  readonly timeAfterCreate?: string | undefined
  readonly timeBeforeExpiry?: string | undefined
  readonly expiryTime?: string | undefined
}

/** Uses a key. */
export interface CryptoCall {
  readonly operation: 'encrypt' | 'decrypt' | 'sign' | 'verify' | 'wrapKey' | 'unwrapKey'
  readonly key: string
  readonly version?: string | undefined
  readonly alg: string
  /** The input, or the signature of `verify`. */
  readonly value: string
  readonly digest?: string | undefined
  readonly iv?: string | undefined
  readonly tag?: string | undefined
  readonly aad?: string | undefined
  /** What a signature of ML-DSA is bound to. */
  readonly context?: string | undefined
  /** With ML-DSA: the message, `value` or `digest`, is µ. */
  readonly isMu?: boolean | undefined
}

/** Has a key made and wrapped, or unwraps one for a target. */
export interface SecureWrapCall {
  readonly operation: 'secureWrapKey' | 'secureUnwrapKey'
  readonly key: string
  readonly version?: string | undefined
  readonly alg: string
  /** The wrapped key. */
  readonly value?: string | undefined
  /** The token of the target. */
  readonly target?: string | undefined
}

/** Releases a key to a target. */
export interface ReleaseCall {
  readonly operation: 'releaseKey'
  readonly key: string
  readonly version?: string | undefined
  readonly enc: string
  /** The token of the target. */
  readonly target: string
}

/** Where the HSM is. */
export interface Place {
  /** Scheme, host and port. */
  readonly origin: string
  /** The token of requests that a shell makes; a variable where not any is accepted. */
  readonly bearer?: 'any' | '$TOKEN'
}

/** The api-version of the page's requests, but for what it does not have. */
export const API_VERSION = '7.6'

/** The first api-version with ML-DSA and all of secure wrap. */
export const PREVIEW = '2026-05-01-preview'

/** Whether a call is one that only the previews of the API have. */
export function isPreview(call: Call): boolean {
  if (call.operation === 'secureWrapKey' || call.operation === 'secureUnwrapKey') return true
  if (call.operation === 'createKey') return isMlDsa(call.kty)
  if (call.operation !== 'importKey') return 'alg' in call && call.alg.startsWith('ML-DSA')
  const { key } = call.body as { readonly key?: { readonly kty?: unknown } }
  return isMlDsa(String(key?.kty))
}

const isMlDsa = (kty: string) => /^AKP(?:-HSM)?$/i.test(kty)

/** The api-version of a call. */
export const apiVersionOf = (call: Call): string => (isPreview(call) ? PREVIEW : API_VERSION)

/** Whether a call has a key do something with bytes that the page has. */
export const isCrypto = (call: Call): call is CryptoCall =>
  'alg' in call && CRYPTO.has(call.operation)

const CRYPTO: ReadonlySet<string> = new Set<CryptoCall['operation']>([
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'wrapKey',
  'unwrapKey',
])

/** A request of the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The path, without the query. */
  readonly path: string
  readonly body?: object
  readonly version?: string
}

const PLAIN: Readonly<Record<PlainOperation, (key: string) => WireRequest>> = {
  getKey: (key) => ({ method: 'GET', path: `/keys/${key}` }),
  rotateKey: (key) => ({ method: 'POST', path: `/keys/${key}/rotate` }),
  deleteKey: (key) => ({ method: 'DELETE', path: `/keys/${key}` }),
  recoverDeletedKey: (key) => ({ method: 'POST', path: `/deletedkeys/${key}/recover` }),
  purgeDeletedKey: (key) => ({ method: 'DELETE', path: `/deletedkeys/${key}` }),
  backupKey: (key) => ({ method: 'POST', path: `/keys/${key}/backup` }),
}

/** The request of a call. */
export function requestOf(call: Call): WireRequest {
  return { ...plainRequestOf(call), version: apiVersionOf(call) }
}

function plainRequestOf(call: Call): WireRequest {
  switch (call.operation) {
    case 'createKey':
      return { method: 'POST', path: `/keys/${call.key}/create`, body: createBody(call) }
    case 'importKey':
      return { method: 'PUT', path: `/keys/${call.key}`, body: call.body }
    case 'updateKey': {
      const { key, version, enabled, nbf, exp, tags } = call
      const path = version === undefined ? `/keys/${key}` : `/keys/${key}/${version}`
      return {
        method: 'PATCH',
        path,
        body: defined({ attributes: attributes({ enabled, nbf, exp }), tags }),
      }
    }
    case 'updateRotationPolicy':
      return { method: 'PUT', path: `/keys/${call.key}/rotationpolicy`, body: policyBody(call) }
    case 'encrypt':
    case 'decrypt':
    case 'sign':
    case 'verify':
    case 'wrapKey':
    case 'unwrapKey': {
      const { operation: _, key: __, version: ___, isMu, ...body } = call
      return { method: 'POST', path: pathOf(call), body: defined(isMu ? withMu(body) : body) }
    }
    case 'secureWrapKey':
    case 'secureUnwrapKey': {
      const { alg, value, target } = call
      return { method: 'POST', path: pathOf(call), body: defined({ alg, value, target }) }
    }
    case 'releaseKey': {
      const { target, enc } = call
      return { method: 'POST', path: pathOf(call), body: { target, enc } }
    }
    default:
      return PLAIN[call.operation](call.key)
  }
}

function pathOf({
  operation,
  key,
  version = '',
}: CryptoCall | SecureWrapCall | ReleaseCall): string {
  const action = operation === 'releaseKey' ? 'release' : operation.toLowerCase()
  return `/keys/${key}/${version}/${action}`.replace('//', '/')
}

/** µ takes the place of the message. */
function withMu({
  value,
  digest,
  ...rest
}: {
  readonly value: string
  readonly digest?: string | undefined
}): object {
  return digest === undefined
    ? { ...rest, external_mu: value }
    : { ...rest, external_mu: digest, value }
}

function createBody(call: CreateCall): object {
  const { kty, keySize, crv, alg, enabled, nbf, exp, keyOps, tags, releasePolicy } = call
  const exportable = releasePolicy && true
  return defined({
    kty,
    key_size: keySize,
    crv,
    alg,
    key_ops: keyOps,
    attributes: attributes({ enabled, nbf, exp, exportable }),
    tags,
    release_policy: releasePolicy && {
      data: toBase64url(new TextEncoder().encode(JSON.stringify(releasePolicy))),
    },
  })
}

/** The policy of the wire. */
export function policyBody({ timeAfterCreate, timeBeforeExpiry, expiryTime }: PolicyCall): object {
  const trigger = defined({ timeAfterCreate, timeBeforeExpiry })
  const hasTrigger = Object.keys(trigger).length > 0
  return defined({
    lifetimeActions: hasTrigger ? [{ trigger, action: { type: 'Rotate' } }] : [],
    attributes: expiryTime === undefined ? undefined : { expiryTime },
  })
}

function attributes(members: object): object | undefined {
  const given = defined(members)
  return Object.keys(given).length === 0 ? undefined : given
}

/** Without the members that are not given. */
export function defined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
