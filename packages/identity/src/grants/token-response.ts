/** The response of a token endpoint, in its three dialects. */

import { toBase64url, utf8ToBytes } from '@pocket-hsm/crypto'
import type { Principal } from '../directory/principal.ts'
import {
  accessTokenClaims,
  type ClientProof,
  idTokenClaims,
  type TokenContent,
} from '../tokens/claims.ts'
import type { JsonObject } from '../tokens/jwt.ts'
import type { AskedScope } from '../tokens/scope.ts'
import type { TokenRequest } from './grant-context.ts'
import { parseClaims } from './requested-claims.ts'

/** Who gets a token for what. */
export interface Grant {
  readonly principal: Principal
  readonly clientId: string
  readonly proof: ClientProof
  readonly asked: AskedScope
  /** Whether a user has signed in: the token is the user's, and it can be renewed. */
  readonly isUser: boolean
}

/** Seconds for which a refresh token is valid: 90 days. */
const REFRESH_SECONDS = 90 * 86_400

/** What is sealed in a refresh token. */
export interface RefreshGrant {
  readonly user: string
  readonly clientId: string
  readonly tenant: string
  /** Whole seconds since 1970. */
  readonly expiresAt: number
}

/** Makes the tokens of a grant. */
export function tokenResponse(request: TokenRequest, grant: Grant): JsonObject {
  const { identity, dialect, form } = request
  const { asked, isUser } = grant
  const content = contentOf(request, grant)
  const access_token = identity.key.sign(accessTokenClaims(content, asked.resource))
  return {
    token_type: dialect === 'adfs' ? 'bearer' : 'Bearer',
    ...lifetimes(request, content, asked),
    access_token,
    ...(isUser && {
      scope: scopeOf(asked),
      ...userTokens(request, grant, content),
      ...(form.get('client_info') === '1' && { client_info: clientInfo(content) }),
    }),
  }
}

function contentOf(request: TokenRequest, grant: Grant): TokenContent {
  const { identity, tenant, dialect, origin, now, form } = request
  const { principal, clientId, proof, asked, isUser } = grant
  const { capabilities } = parseClaims(form.get('claims'))
  const issuedAt = Math.floor(now / 1000)
  return {
    principal,
    tenant,
    origin,
    dialect,
    clientId,
    proof,
    ...(capabilities.length > 0 && { capabilities }),
    ...(isUser && { permissions: asked.permissions }),
    issuedAt,
    expiresAt: issuedAt + identity.tokenSeconds,
    id: toBase64url(identity.random(16)),
  }
}

/** The v1.0 endpoint writes numbers as text. */
function lifetimes(
  { identity, dialect }: TokenRequest,
  { issuedAt, expiresAt }: TokenContent,
  { resource }: AskedScope,
): JsonObject {
  const seconds = identity.tokenSeconds
  if (dialect === 'v2') return { expires_in: seconds, ext_expires_in: seconds }
  if (dialect === 'adfs') return { expires_in: seconds, resource }
  return {
    expires_in: String(seconds),
    ext_expires_in: String(seconds),
    expires_on: String(expiresAt),
    not_before: String(issuedAt),
    resource,
  }
}

function scopeOf({ resource, permissions, openId }: AskedScope): string {
  const granted = permissions.length > 0 ? permissions : ['user_impersonation', '.default']
  return [...granted.map((name) => `${resource}/${name}`), ...openId].join(' ')
}

/** v2.0 returns what was asked for; the older endpoints always return everything. */
function userTokens(request: TokenRequest, grant: Grant, content: TokenContent): JsonObject {
  const { identity, dialect, form } = request
  const wants = (scope: string) => dialect === 'v1' || grant.asked.openId.includes(scope)
  return {
    ...(wants('openid') && {
      id_token: identity.key.sign(idTokenClaims(content, form.get('nonce'))),
    }),
    ...(wants('offline_access') && { refresh_token: refreshToken(request, content) }),
  }
}

function refreshToken({ identity }: TokenRequest, content: TokenContent): string {
  const { principal, clientId, tenant, issuedAt } = content
  const grant: RefreshGrant = {
    user: principal.name ?? '',
    clientId,
    tenant,
    expiresAt: issuedAt + REFRESH_SECONDS,
  }
  return identity.seal.seal('refresh', { ...grant })
}

/** MSAL makes the key of its cache from it. */
const clientInfo = ({ principal, tenant }: TokenContent): string =>
  toBase64url(utf8ToBytes(JSON.stringify({ uid: principal.objectId, utid: tenant })))
