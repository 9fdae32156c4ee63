/** Who calls, and whether they may. */

import { fromBase64url, type Hsm, type HsmError } from 'pocket-hsm'
import { actionOf } from '../routes/actions.ts'
import type { OperationName } from '../routes/routes.ts'
import { refusal } from '../wire/errors.ts'

/** What an authoriser is asked. */
export interface AuthorizationRequest {
  /** What stands behind `Bearer` or `PoP`. */
  readonly token: string
  readonly hsm: Hsm
  /** Absent where the path means none. */
  readonly operation?: OperationName
  /** What the caller must be allowed to do, for example `Microsoft.KeyVault/managedHsm/keys/create`. */
  readonly action?: string
  /** What it is to be done on: `/`, `/keys` or `/keys/{name}`. */
  readonly scope: string
}

/** What an authoriser answers: who it is, or which status refuses them. */
export type Authorization =
  | { readonly caller?: string | undefined; readonly refused?: undefined }
  | { readonly refused: 401 | 403; readonly caller?: string | undefined; readonly message?: string }

/** Decides about one request. What it throws lets nobody in: an `HsmError` as it is, anything else as a 500. */
export type Authorizer = (request: AuthorizationRequest) => Authorization | Promise<Authorization>

/** The text of a 401 that no token came with. */
export const NO_TOKEN = 'AKV10000: Request is missing a Bearer or PoP token.'

const CREDENTIALS = /^(?:Bearer|PoP) +([^\s]+)\s*$/i

/** The token of a request, if it has one. */
export function tokenOf(request: Request): string | undefined {
  return CREDENTIALS.exec(request.headers.get('authorization') ?? '')?.[1]
}

/**
 * Lets everybody in who has a token, whatever it is. Where it is a JWT, the caller is its `oid`, `appid` or `sub`;
 * nothing about it is verified.
 */
export const anyBearer: Authorizer = ({ token }) => ({ caller: subjectOf(token) })

function subjectOf(token: string): string | undefined {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return undefined
  try {
    const claims = JSON.parse(new TextDecoder().decode(fromBase64url(payload)))
    const subject = claims?.oid ?? claims?.appid ?? claims?.sub
    return typeof subject === 'string' ? subject : undefined
  } catch {
    return undefined
  }
}

/** The refusal of somebody who may not: each service words it differently. */
export function forbidden(
  { hsm, action = 'unknown', scope }: AuthorizationRequest,
  message: string | undefined,
): HsmError {
  if (hsm.profile === 'managed-hsm') {
    return refusal(403, 'AccessDenied', message ?? `Not authorized to access ${action} on ${scope}`)
  }
  const text = [
    'Caller is not authorized to perform action on resource.',
    'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
    `Action: '${action}'`,
    `Resource: '${scope}'`,
  ].join('\r\n')
  return refusal(403, 'Forbidden', message ?? text, 'ForbiddenByRbac')
}

/** The question about a request. */
export function authorizationRequest(
  hsm: Hsm,
  token: string,
  operation: OperationName | undefined,
  name: string | undefined,
): AuthorizationRequest {
  const collection = operation === 'getRandomBytes' ? '/' : '/keys'
  return {
    token,
    hsm,
    ...(operation && { operation, action: actionOf(operation, hsm.profile) }),
    scope: name === undefined ? collection : `/keys/${name}`,
  }
}
