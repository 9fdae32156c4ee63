/** The grants of the token endpoint, one row each. */

import { entraError } from '../errors/entra-error.ts'
import type { JsonObject } from '../tokens/jwt.ts'
import { parseScope, requireDefault } from '../tokens/scope.ts'
import { authenticateClient } from './authenticate-client.ts'
import type { DeviceGrant } from './device-code.ts'
import type { TokenRequest } from './grant-context.ts'
import { required } from './read-form.ts'
import { type RefreshGrant, tokenResponse } from './token-response.ts'

type GrantRow = (request: TokenRequest) => JsonObject

const GRANTS: Readonly<Record<string, GrantRow>> = Object.freeze({
  __proto__: null as never,
  client_credentials: clientCredentials,
  password: passwordGrant,
  refresh_token: refreshTokenGrant,
  'urn:ietf:params:oauth:grant-type:device_code': deviceCodeGrant,
  // The v1.0 endpoint's name of it.
  device_code: deviceCodeGrant,
})

/** The names of the grants, for metadata. */
export const GRANT_NAMES: readonly string[] = Object.freeze(Object.keys(GRANTS))

/** Runs the grant that a request asks for; throws an Entra error if it is refused. */
export function runGrant(request: TokenRequest): JsonObject {
  const name = required(request.form, 'grant_type')
  const grant = GRANTS[name]
  if (grant === undefined) throw entraError('unsupportedGrant', { grant: name })
  return grant(request)
}

/** RFC 6749 section 4.4. */
function clientCredentials(request: TokenRequest): JsonObject {
  const { form, identity, tenant } = request
  const clientId = required(form, 'client_id')
  const application = identity.directory.findApplication(clientId, tenant)
  const proof = authenticateClient(request, application)
  const scope = form.get('scope')
  // Clients of AD FS send a scope with openid.
  if (request.dialect === 'v2') requireDefault(scope)
  const asked = parseScope(scope, form.get('resource'))
  const principal = identity.directory.ofApplication(application)
  return tokenResponse(request, { principal, clientId, proof, asked, isUser: false })
}

/** RFC 6749 section 4.3. */
function passwordGrant(request: TokenRequest): JsonObject {
  const { form, identity, tenant } = request
  const client = signInClient(request)
  const password = required(form, 'password')
  const principal = identity.directory.signIn(required(form, 'username'), password, tenant)
  const asked = parseScope(form.get('scope'), form.get('resource'))
  return tokenResponse(request, { principal, ...client, asked, isUser: true })
}

/** RFC 6749 section 6. The client may ask for another resource than the first time. */
function refreshTokenGrant(request: TokenRequest): JsonObject {
  const { form, identity, tenant, now } = request
  const client = signInClient(request)
  const opened = identity.seal.open('refresh', required(form, 'refresh_token'))
  const grant = opened as unknown as RefreshGrant | undefined
  if (grant?.clientId !== client.clientId) throw entraError('malformedGrant')
  if (now / 1000 >= grant.expiresAt) throw entraError('expiredRefreshToken')
  const principal = identity.directory.findUser(grant.user, tenant)
  const asked = parseScope(form.get('scope'), form.get('resource'))
  return tokenResponse(request, { principal, ...client, asked, isUser: true })
}

/** RFC 8628 section 3.4. Nobody has to type the code in: it is accepted from the start. */
function deviceCodeGrant(request: TokenRequest): JsonObject {
  const { form, identity, tenant, now } = request
  const client = signInClient(request)
  const code = form.get('device_code') ?? required(form, 'code')
  const grant = identity.seal.open('device', code) as unknown as DeviceGrant | undefined
  if (grant?.clientId !== client.clientId) throw entraError('malformedGrant')
  if (now / 1000 >= grant.expiresAt) throw entraError('expiredDeviceCode')
  const principal = identity.directory.findUser(identity.directory.deviceUser, tenant)
  const asked = parseScope(grant.scope, grant.resource)
  return tokenResponse(request, { principal, ...client, asked, isUser: true })
}

/** The application that signs a user in: a public client, or one that proves who it is. */
function signInClient(request: TokenRequest): {
  readonly clientId: string
  readonly proof: '0' | '1' | '2'
} {
  const { form, identity, tenant } = request
  const clientId = required(form, 'client_id')
  if (!form.has('client_secret') && !form.has('client_assertion')) {
    identity.directory.checkPublicClient(clientId, tenant)
    return { clientId, proof: '0' }
  }
  const application = identity.directory.findApplication(clientId, tenant)
  return { clientId, proof: authenticateClient(request, application) }
}
