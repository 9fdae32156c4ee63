/** A call of the service, as the page makes it: what the snippets are written from. */

/** A call about a key. Bytes are base64url, as on the wire. */
export type Call =
  | CreateCall
  | { readonly operation: 'importKey'; readonly key: string; readonly body: object }
  | { readonly operation: PlainOperation; readonly key: string }
  | UpdateCall
  | PolicyCall
  | CryptoCall

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
  readonly enabled?: boolean | undefined
  readonly nbf?: number | undefined
  readonly exp?: number | undefined
  readonly keyOps?: readonly string[] | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
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
}

/** Where the HSM is. */
export interface Place {
  /** Scheme, host and port. */
  readonly origin: string
}

/** The api-version of the page's requests. */
export const API_VERSION = '7.6'

/** A request of the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The path, without the query. */
  readonly path: string
  readonly body?: object
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
      const { operation, key, version = '', alg, value, digest, iv, tag, aad } = call
      const path = `/keys/${key}/${version}/${operation.toLowerCase()}`.replace('//', '/')
      return { method: 'POST', path, body: defined({ alg, value, digest, iv, tag, aad }) }
    }
    default:
      return PLAIN[call.operation](call.key)
  }
}

function createBody({ kty, keySize, crv, enabled, nbf, exp, keyOps, tags }: CreateCall): object {
  return defined({
    kty,
    key_size: keySize,
    crv,
    key_ops: keyOps,
    attributes: attributes({ enabled, nbf, exp }),
    tags,
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
