/** Authentication and authorization: who the caller is, and what they are allowed to do. */

import { fromBase64url, type Hsm, type HsmError } from 'pocket-hsm'
import { accessOf } from '../routes/actions.ts'
import type { OperationName } from '../routes/routes.ts'
import { copyText } from '../wire/copy-text.ts'
import { requestError } from '../wire/errors.ts'

/** What an authorizer decides about. */
export interface AuthorizationRequest {
  /** The token of the `Authorization` header, without `Bearer` or `PoP`. */
  readonly token: string
  readonly hsm: Hsm
  /** Absent if the path is none of the API's. */
  readonly operation?: OperationName
  /** The data action of the operation, for example `Microsoft.KeyVault/managedHsm/keys/create`. */
  readonly action?: string
  /** The scope of the action: `/`, `/keys` or `/keys/{name}`. */
  readonly scope: string
}

/** Who a token is about, by the claims that audit logs name. Each has at most 256 characters. */
export interface CallerIdentity {
  /** The application: `appid`, or `azp` of a token of version 2.0. */
  readonly appid?: string
  /** The object id. */
  readonly oid?: string
  /** The user: `upn`, or `preferred_username` of a token of version 2.0. */
  readonly upn?: string
  /** The tenant. */
  readonly tid?: string
}

/**
 * The decision of an authorizer: the caller, of whom 256 characters are kept, or the status of the error.
 *
 * `principals` are the object ids of the caller: its own and those of its groups, as the claims `oid` and `groups` of its
 * token.
 */
export type Authorization =
  | {
      readonly caller?: string | undefined
      readonly principals?: readonly string[] | undefined
      /** For the audit callback. */
      readonly identity?: CallerIdentity | undefined
      readonly refused?: undefined
    }
  | {
      readonly refused: 401 | 403
      readonly caller?: string | undefined
      readonly principals?: undefined
      readonly identity?: undefined
      readonly message?: string
    }

/**
 * Decides about one request. If it throws, the request is refused: with the error itself if that is an `HsmError`, with
 * a 500 otherwise.
 */
export type Authorizer = (request: AuthorizationRequest) => Authorization | Promise<Authorization>

/** The text of a 401 to a request without a token. */
export const NO_TOKEN = 'AKV10000: Request is missing a Bearer or PoP token.'

/** The text of a 401 to a request whose token was revoked. The service's own is not established. */
export const TOKEN_REVOKED = 'The access token has been revoked.'

const CREDENTIALS = /^(?:Bearer|PoP) +([^\s]+)\s*$/i

/** Returns the token of a request, if it has one. */
export function tokenOf(request: Request): string | undefined {
  return CREDENTIALS.exec(request.headers.get('authorization') ?? '')?.[1]
}

/**
 * Accepts any token. If it is a JWT, the caller is its `oid`, `appid` or `sub`, and the principals are its `oid` and
 * `groups`; nothing about it is verified.
 */
export const anyBearer: Authorizer = ({ token }) => authorizationOf(readClaims(token))

/** An object id: a GUID, or what a test has in its place. */
const PRINCIPAL = /^[\x21-\x7e]{1,128}$/

/** A caller, and 200 groups, which is as many as a token has, and some more. */
const MOST_PRINCIPALS = 256

/**
 * Returns what an authorizer returns for a caller with these claims: `oid`, `appid` or `sub` is the caller, `oid` or
 * `sub` and `groups` are the principals, `appid` or `azp`, `oid`, `upn` and `tid` are the identity.
 *
 * @param claims - Of a token that you have verified.
 * @returns At most 256 principals, of at most 128 characters; a claim of another form names none.
 *
 * @example
 * ```ts
 * import { authorizationOf } from '@pocket-hsm/rest'
 *
 * authorizationOf({ oid: 'alice', groups: ['auditors'] }).caller // 'alice'
 * ```
 */
export function authorizationOf(claims: Readonly<Record<string, unknown>>): Authorization {
  const { oid, appid, sub, groups } = claims
  const caller = oid ?? appid ?? sub
  const principals = [oid ?? sub, ...(Array.isArray(groups) ? groups : [])].slice(
    0,
    MOST_PRINCIPALS,
  )
  return {
    caller: typeof caller === 'string' ? caller : undefined,
    principals: principals.filter((each) => typeof each === 'string' && PRINCIPAL.test(each)),
    ...identityOf(claims),
  }
}

/** The claims of versions 1.0 and 2.0 under the names of 1.0; nothing if there is none. */
function identityOf(claims: Readonly<Record<string, unknown>>): {
  readonly identity?: CallerIdentity
} {
  const { appid = claims['azp'], oid, upn = claims['preferred_username'], tid } = claims
  const texts = Object.entries({ appid, oid, upn, tid }).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  )
  if (texts.length === 0) return {}
  const copies = texts.map(([name, text]) => [name, copyText(text, LONGEST_CALLER)])
  return { identity: Object.fromEntries(copies) }
}

/** The claims of a JWT, not verified; none of any other token. */
function readClaims(token: string): Readonly<Record<string, unknown>> {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return {}
  try {
    return Object(JSON.parse(new TextDecoder().decode(fromBase64url(payload))))
  } catch {
    return {}
  }
}

/** Makes the 403 for a caller who lacks the permission, with the text of each service. */
export function forbidden(
  { hsm, action = 'unknown', scope }: AuthorizationRequest,
  message: string | undefined,
): HsmError {
  if (hsm.profile === 'managed-hsm') {
    return requestError(
      403,
      'AccessDenied',
      message ?? `Not authorized to access ${action} on ${scope}`,
    )
  }
  const text = [
    'Caller is not authorized to perform action on resource.',
    'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
    `Action: '${action}'`,
    `Resource: '${scope}'`,
  ].join('\r\n')
  return requestError(403, 'Forbidden', message ?? text, 'ForbiddenByRbac')
}

/** Makes the argument of the authorizer for a request. */
export function authorizationRequest(
  hsm: Hsm,
  token: string,
  operation: OperationName | undefined,
  name: string | undefined,
): AuthorizationRequest {
  return {
    token,
    hsm,
    ...(operation && { operation }),
    ...accessOf(operation, hsm.profile, name),
  }
}

/** More than any identifier of a caller has. */
const LONGEST_CALLER = 256

/** Returns a caller as it is stored: a copy, so that it does not keep the token in memory. */
export function storedCaller(caller: string | undefined): string | undefined {
  return caller === undefined ? undefined : copyText(caller, LONGEST_CALLER)
}

/** Returns the principals of a caller as the engine takes them: what cannot be an object id is nobody's. */
export function storedPrincipals({ principals, caller }: Granted): readonly string[] {
  const all = principals ?? (caller === undefined ? [] : [caller])
  return all.filter((each) => PRINCIPAL.test(each)).slice(0, MOST_PRINCIPALS)
}

type Granted = Extract<Authorization, { readonly refused?: undefined }>
