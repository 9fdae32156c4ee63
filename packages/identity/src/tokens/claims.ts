/**
 * The claims of access tokens and ID tokens.
 *
 * @see Microsoft identity platform: access token claims reference, ID token claims reference
 */

import type { Principal } from '../directory/principal.ts'
import { guidOfName } from '../names/guid.ts'
import type { JsonObject } from './jwt.ts'

/** How a client has proved who it is: nothing, a secret, or a key. The values of `appidacr` and `azpacr`. */
export type ClientProof = '0' | '1' | '2'

/** What a token is made of. */
export interface TokenContent {
  readonly principal: Principal
  readonly tenant: string
  /** The scheme and host that the client called. */
  readonly origin: string
  /** Whose tokens these are: the v1.0 or v2.0 endpoint of Entra ID, or AD FS. */
  readonly dialect: Dialect
  /** The application that the token was issued to. */
  readonly clientId: string
  readonly proof: ClientProof
  /** The capabilities of the client that it asked for; absent if there are none. */
  readonly capabilities?: readonly string[]
  /** Delegated permissions; absent for an application's own token. */
  readonly permissions?: readonly string[]
  /** Whole seconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** Unique to the token. */
  readonly id: string
}

/** The two versions of the protocol, and AD FS's. */
export type Dialect = 'v1' | 'v2' | 'adfs'

/** Resources of Microsoft, whose tokens are of version 1.0 whatever endpoint was called. */
const VERSION_1 =
  /^https:\/\/(?:[a-z0-9-]+\.)*(?:azure\.(?:net|com|cn|us)|windows\.net|usgovcloudapi\.net|chinacloudapi\.cn|microsoft\.com|microsoftonline\.com)(?:[:/]|$)/i

/** Returns the issuer of a tenant, as its OpenID metadata names it. */
export function issuerOf(dialect: Dialect, origin: string, tenant: string): string {
  if (dialect === 'adfs') return `${origin}/adfs`
  return dialect === 'v2' ? `${origin}/${tenant}/v2.0` : `https://sts.windows.net/${tenant}/`
}

/** Makes the claims of an access token for a resource. */
export function accessTokenClaims(content: TokenContent, audience: string): JsonObject {
  const { principal, tenant, origin, clientId, proof, permissions, capabilities } = content
  const dialect = VERSION_1.test(audience) && content.dialect !== 'adfs' ? 'v1' : content.dialect
  const issuer = issuerOf(dialect, origin, tenant)
  const client =
    dialect === 'v2'
      ? { azp: clientId, azpacr: proof }
      : { appid: clientId, appidacr: proof, idp: issuer }
  return {
    aud: audience,
    iss: issuer,
    ...times(content),
    ...client,
    ...(principal.groups.length > 0 && { groups: principal.groups }),
    ...(permissions === undefined ? { idtyp: 'app' } : userClaims(content, permissions, dialect)),
    oid: principal.objectId,
    sub: permissions === undefined ? principal.objectId : subjectOf(content, audience),
    tid: tenant,
    uti: content.id,
    ver: dialect === 'v2' ? '2.0' : '1.0',
    ...(capabilities !== undefined && { xms_cc: capabilities }),
    ...(principal.resourceId !== undefined && { xms_mirid: principal.resourceId }),
  }
}

/** Makes the claims of an ID token; its audience is the client. */
export function idTokenClaims(content: TokenContent, nonce: string | undefined): JsonObject {
  const { principal, tenant, origin, clientId, dialect } = content
  const name = principal.name ?? principal.objectId
  return {
    aud: clientId,
    iss: issuerOf(dialect, origin, tenant),
    ...times(content),
    name,
    ...(nonce !== undefined && { nonce }),
    oid: principal.objectId,
    ...(dialect === 'v2' ? { preferred_username: name } : { upn: name, unique_name: name }),
    sub: subjectOf(content, clientId),
    tid: tenant,
    uti: content.id,
    ver: dialect === 'v2' ? '2.0' : '1.0',
  }
}

const times = ({ issuedAt, expiresAt }: TokenContent) => ({
  iat: issuedAt,
  nbf: issuedAt,
  exp: expiresAt,
})

function userClaims(
  { principal }: TokenContent,
  permissions: readonly string[],
  dialect: Dialect,
): JsonObject {
  const name = principal.name ?? principal.objectId
  return {
    name,
    scp: permissions.length > 0 ? permissions.join(' ') : 'user_impersonation',
    ...(dialect === 'v2' ? { preferred_username: name } : { upn: name, unique_name: name }),
  }
}

/** A user's subject is another one for each application. */
const subjectOf = ({ principal }: TokenContent, audience: string): string =>
  guidOfName('subject', `${principal.objectId} ${audience}`)
