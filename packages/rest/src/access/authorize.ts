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

/** The decision of an authorizer: the caller, of whom 256 characters are kept, or the status of the error. */
export type Authorization =
  | {
      readonly caller?: string | undefined
      /**
       * Who the caller is to the roles of an HSM with access control: an object id, and those of the caller's groups; 256
       * of them are looked at. Defaults to the caller.
       */
      readonly principals?: readonly string[] | undefined
      readonly refused?: undefined
    }
  | { readonly refused: 401 | 403; readonly caller?: string | undefined; readonly message?: string }

/**
 * Decides about one request. If it throws, the request is refused: with the error itself if that is an `HsmError`, with
 * a 500 otherwise.
 */
export type Authorizer = (request: AuthorizationRequest) => Authorization | Promise<Authorization>

/** The text of a 401 to a request without a token. */
export const NO_TOKEN = 'AKV10000: Request is missing a Bearer or PoP token.'

const CREDENTIALS = /^(?:Bearer|PoP) +([^\s]+)\s*$/i

/** Returns the token of a request, if it has one. */
export function tokenOf(request: Request): string | undefined {
  return CREDENTIALS.exec(request.headers.get('authorization') ?? '')?.[1]
}

/**
 * Accepts any token. If it is a JWT, the caller is its `oid`, `appid` or `sub`, and the principals are its `oid` or `sub`
 * and its `groups`; nothing about it is verified.
 */
export const anyBearer: Authorizer = ({ token }) => {
  const claims = claimsOf(token)
  const { oid, appid, sub } = claims
  const caller = oid ?? appid ?? sub
  return {
    caller: typeof caller === 'string' ? caller : undefined,
    principals: principalsOf(claims),
  }
}

/**
 * Returns the principals of a token's claims: the object id, or the subject if there is none, and the groups.
 *
 * @param claims - Of a token that was verified, or of one that need not be.
 *
 * @example
 * ```ts
 * import { principalsOf } from '@pocket-hsm/rest'
 *
 * principalsOf({ oid: 'alice', groups: ['signers'] }) // ['alice', 'signers']
 * ```
 */
export function principalsOf(claims: Readonly<Record<string, unknown>>): readonly string[] {
  const { oid, sub, groups } = claims
  const all: readonly unknown[] = [oid ?? sub, ...(Array.isArray(groups) ? groups : [])]
  return all.filter((each) => typeof each === 'string')
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return {}
  try {
    return JSON.parse(new TextDecoder().decode(fromBase64url(payload))) ?? {}
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

/** What a principal can be, as the engine takes it, and how many it takes. */
const PRINCIPAL = /^[\x21-\x7e]{1,128}$/
const MOST_PRINCIPALS = 256

/** Returns the principals of a caller as the engine takes them: what cannot be an object id is nobody's. */
export function storedPrincipals({ principals, caller }: Granted): readonly string[] {
  const all = principals ?? (caller === undefined ? [] : [caller])
  return all.filter((each) => PRINCIPAL.test(each)).slice(0, MOST_PRINCIPALS)
}

type Granted = Extract<Authorization, { readonly refused?: undefined }>
