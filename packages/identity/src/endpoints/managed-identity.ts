/**
 * The endpoints of managed identities: the instance metadata service of virtual machines (IMDS), App Service, Cloud Shell.
 *
 * @see How to use managed identities on an Azure VM to acquire an access token; Managed identities in App Service
 */

import { toBase64url } from '@pocket-hsm/crypto'
import { type FoundIdentity, isSame } from '../directory/directory.ts'
import { readText } from '../grants/read-form.ts'
import { accessTokenClaims } from '../tokens/claims.ts'
import type { EndpointCall } from './endpoint-call.ts'

const ENTRA = 'https://login.microsoftonline.com'

/** The api-versions of IMDS that have tokens: a date, from the first one. */
const FIRST_IMDS_VERSION = '2018-02-01'
const VERSION = /^\d{4}-\d{2}-\d{2}$/

/** `GET /metadata/identity/oauth2/token` of IMDS; Azure Arc has the same path, and gets the same response. */
export function imdsToken(call: EndpointCall): Response {
  const { request, url } = call
  if (request.headers.get('metadata')?.toLowerCase() !== 'true') {
    return refused('Required metadata header not specified')
  }
  if (request.headers.has('x-forwarded-for')) {
    return refused('The request must not come through a proxy: it has the header X-Forwarded-For')
  }
  const version = url.searchParams.get('api-version')
  if (version === null) return refused("Required query variable 'api-version' is missing")
  if (!VERSION.test(version) || version < FIRST_IMDS_VERSION) {
    return refused(`The api-version must be ${FIRST_IMDS_VERSION} or later`)
  }
  return identityToken(call, url.searchParams, 'imds')
}

/** `GET` of App Service's `IDENTITY_ENDPOINT`, and `POST` of Cloud Shell's `MSI_ENDPOINT`. */
export async function appServiceToken(call: EndpointCall): Promise<Response> {
  const { request, url, identity } = call
  if (request.method === 'POST') return cloudShellToken(call)
  const header = request.headers.get('x-identity-header')
  if (header === null || (identity.identityHeader && !isSame(identity.identityHeader, header))) {
    return appServiceError(401, 'The header X-IDENTITY-HEADER is missing or wrong.')
  }
  if (url.searchParams.get('api-version') !== '2019-08-01') {
    return appServiceError(400, 'The api-version must be 2019-08-01.')
  }
  return identityToken(call, url.searchParams, 'appService')
}

async function cloudShellToken(call: EndpointCall): Promise<Response> {
  if (call.request.headers.get('metadata')?.toLowerCase() !== 'true') {
    return refused('Required metadata header not specified')
  }
  const form = new URLSearchParams(await readText(call.request))
  return identityToken(call, new URLSearchParams({ resource: form.get('resource') ?? '' }), 'imds')
}

/** More characters than any resource has: a token repeats it. */
const LONGEST_RESOURCE = 2048

type Shape = 'imds' | 'appService'

function identityToken(call: EndpointCall, query: URLSearchParams, shape: Shape): Response {
  const { identity } = call
  const resource = query.get('resource')
  if (resource === null || resource === '') {
    return refuse(shape, "The required parameter 'resource' is missing")
  }
  if (resource.length > LONGEST_RESOURCE) return refuse(shape, 'The resource is too long')
  const asked = {
    clientId: query.get('client_id') ?? undefined,
    objectId: query.get('object_id') ?? query.get('principal_id') ?? undefined,
    resourceId: query.get('msi_res_id') ?? query.get('mi_res_id') ?? undefined,
  }
  if (Object.values(asked).filter((id) => id !== undefined).length > 1) {
    return refuse(shape, 'Only one of client_id, object_id and mi_res_id may be given')
  }
  const found = identity.directory.findManagedIdentity(asked)
  if (found === undefined) return refuse(shape, 'Identity not found')
  return json(200, tokenBody(call, found, resource, shape))
}

/** Numbers are text here. */
function tokenBody(
  { identity, now }: EndpointCall,
  principal: FoundIdentity,
  resource: string,
  shape: Shape,
): Readonly<Record<string, string>> {
  const issuedAt = Math.floor(now / 1000)
  const expiresAt = issuedAt + identity.tokenSeconds
  const claims = accessTokenClaims(
    {
      principal,
      tenant: identity.tenants.home,
      origin: ENTRA,
      dialect: 'v1',
      clientId: principal.clientId,
      proof: '2',
      issuedAt,
      expiresAt,
      id: toBase64url(identity.random(16)),
    },
    resource,
  )
  const common = {
    access_token: identity.key.sign(claims),
    client_id: principal.clientId,
    expires_on: String(expiresAt),
    resource,
    token_type: 'Bearer',
  }
  if (shape === 'appService') return common
  return {
    ...common,
    expires_in: String(identity.tokenSeconds),
    ext_expires_in: String(identity.tokenSeconds),
    not_before: String(issuedAt),
    // Clients of Azure Arc check that they got the identity that they asked for.
    object_id: principal.objectId,
    ...(principal.resourceId !== undefined && { msi_res_id: principal.resourceId }),
  }
}

const refuse = (shape: Shape, text: string): Response =>
  shape === 'imds' ? refused(text) : appServiceError(400, text)

const refused = (text: string): Response =>
  json(400, { error: 'invalid_request', error_description: text })

const appServiceError = (status: number, message: string): Response =>
  json(status, { statusCode: status, message })

const json = (status: number, body: object): Response =>
  Response.json(body, { status, headers: { 'cache-control': 'no-store' } })
