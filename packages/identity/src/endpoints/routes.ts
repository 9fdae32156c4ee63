/** The routes of the handler, one row each. */

import type { JsonObject } from '../tokens/jwt.ts'
import type { EndpointCall } from './endpoint-call.ts'
import { objectsByIds, servicePrincipals, users } from './graph.ts'
import { appServiceToken, imdsToken } from './managed-identity.ts'
import { instanceDiscovery, keys, openIdMetadata, userRealm } from './metadata.ts'
import { authorizePage, device, token } from './token.ts'

/** An endpoint: what it returns is the body of a 200, or the response itself. */
export type Endpoint = (
  call: EndpointCall,
) => JsonObject | Response | Promise<JsonObject | Response>

/** A path, and what it does for each method. */
export interface Route {
  /** Captures the tenant first. */
  readonly path: RegExp
  readonly methods: Readonly<Record<string, Endpoint>>
  /** Whether the first part is a tenant. */
  readonly isOfTenant: boolean
}

const ofTenant = (path: string, methods: Readonly<Record<string, Endpoint>>): Route => ({
  path: new RegExp(`^/([^/]+)/${path}/?$`, 'i'),
  methods,
  isOfTenant: true,
})

const ofMachine = (path: string, methods: Readonly<Record<string, Endpoint>>): Route => ({
  path: new RegExp(`^/${path}/?$`, 'i'),
  methods,
  isOfTenant: false,
})

const ofGraph = (path: string, methods: Readonly<Record<string, Endpoint>>): Route =>
  ofMachine(`v1\\.0/${path}`, methods)

/** The routes. */
export const ROUTES: readonly Route[] = [
  ofTenant('oauth2/(?:v2\\.0/)?token', { POST: token }),
  ofTenant('(?:v2\\.0/)?\\.well-known/openid-configuration', { GET: openIdMetadata }),
  ofTenant('discovery/(?:v2\\.0/)?keys', { GET: keys }),
  ofTenant('discovery/instance', { GET: instanceDiscovery }),
  ofTenant('oauth2/(?:v2\\.0/)?devicecode', { POST: device }),
  ofTenant('userrealm/([^/]+)', { GET: userRealm }),
  ofTenant('oauth2/(?:v2\\.0/)?authorize', { GET: authorizePage, POST: authorizePage }),
  ofMachine('metadata/identity/oauth2/token', { GET: imdsToken }),
  ofMachine('msi/token', { GET: appServiceToken, POST: appServiceToken }),
  ofGraph('users', { GET: users }),
  ofGraph('servicePrincipals', { GET: servicePrincipals }),
  ofGraph('directoryObjects/getByIds', { POST: objectsByIds }),
]
