/**
 * What clients read before they ask for a token: OpenID metadata, keys, instance discovery, user realms.
 *
 * @see OpenID Connect Discovery 1.0 section 3; RFC 7517 section 5
 */

import { GRANT_NAMES } from '../grants/grants.ts'
import { type Dialect, issuerOf } from '../tokens/claims.ts'
import type { JsonObject } from '../tokens/jwt.ts'
import type { EndpointCall } from './endpoint-call.ts'

/** The OpenID metadata of a tenant; of `common` and the others, too. */
export function openIdMetadata({ identity, url, origin, parts }: EndpointCall): JsonObject {
  const [segment = ''] = parts
  const tenant = identity.tenants.find(segment)
  const dialect = dialectOf(url.pathname)
  const base = `${origin}/${segment}`
  const oauth = dialect === 'v2' ? `${base}/oauth2/v2.0` : `${base}/oauth2`
  return {
    token_endpoint: `${oauth}/token`,
    token_endpoint_auth_methods_supported: [
      'client_secret_post',
      'private_key_jwt',
      'client_secret_basic',
    ],
    jwks_uri: dialect === 'v2' ? `${base}/discovery/v2.0/keys` : `${base}/discovery/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    grant_types_supported: GRANT_NAMES,
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: issuerOf(dialect, origin, tenant),
    authorization_endpoint: `${oauth}/authorize`,
    device_authorization_endpoint: `${oauth}/devicecode`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'name', 'oid', 'tid', 'ver'],
    tenant_region_scope: null,
    cloud_instance_name: url.hostname,
  }
}

/** The dialect of a path. */
export function dialectOf(pathname: string): Dialect {
  if (/^\/adfs\//i.test(pathname)) return 'adfs'
  return pathname.includes('/v2.0/') ? 'v2' : 'v1'
}

/** The keys that verify tokens. */
export function keys({ identity, parts }: EndpointCall): JsonObject {
  identity.tenants.find(parts[0] ?? '')
  return { keys: [identity.key.publicJwk()] }
}

/** Each cloud's hosts, the one to call first. */
const CLOUDS: readonly (readonly string[])[] = [
  ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
  ['login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
  ['login.microsoftonline.us', 'login.usgovcloudapi.net'],
]

/** Tells a client that the authority which it was configured with is one. */
export function instanceDiscovery({ url, origin }: EndpointCall): JsonObject {
  const asked = url.searchParams.get('authorization_endpoint') ?? ''
  const authority = URL.canParse(asked) ? new URL(asked) : new URL(`${origin}/common/`)
  const [, segment = 'common'] = authority.pathname.split('/')
  const isKnown = CLOUDS.some((hosts) => hosts.includes(authority.host))
  const hosts = isKnown ? CLOUDS : [...CLOUDS, [authority.host]]
  return {
    tenant_discovery_endpoint: `${authority.origin}/${segment}/v2.0/.well-known/openid-configuration`,
    'api-version': url.searchParams.get('api-version') ?? '1.1',
    metadata: hosts.map(([preferred, ...others]) => ({
      preferred_network: preferred,
      preferred_cache: preferred,
      aliases: [preferred, ...others],
    })),
  }
}

/** Tells a client that passwords are checked here, by no federated server. */
export function userRealm({ url, parts }: EndpointCall): JsonObject {
  const [, name = ''] = parts
  return {
    ver: '1.0',
    account_type: 'Managed',
    domain_name: name.slice(name.indexOf('@') + 1),
    cloud_instance_name: url.hostname,
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
  }
}
