/** Requests to the handler, as clients send them. */

import type { IdentityHandler } from '../../src/index.ts'

export const CLIENT = '11111111-1111-4111-8111-111111111111'
export const TENANT = '22222222-2222-4222-8222-222222222222'
export const VAULT = 'https://vault.azure.net'

/** A response with its body. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

/** The form of an application that asks for a token of the vault service. */
export const APPLICATION: Readonly<Record<string, string>> = {
  grant_type: 'client_credentials',
  client_id: CLIENT,
  client_secret: 'any',
  scope: `${VAULT}/.default`,
}

/** Posts a form to the v2.0 token endpoint, or to another path. */
export function postForm(
  identity: IdentityHandler,
  form: Readonly<Record<string, string>>,
  path = `/${TENANT}/oauth2/v2.0/token`,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const request = new Request(`https://login.microsoftonline.com${path}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  })
  return answer(identity, request)
}

/** Gets a URL: a path of login.microsoftonline.com, or a whole one. */
export function get(
  identity: IdentityHandler,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return answer(
    identity,
    new Request(new URL(url, 'https://login.microsoftonline.com'), { headers }),
  )
}

/** Asks the instance metadata service for a token. */
export function getImds(
  identity: IdentityHandler,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = { metadata: 'true' },
): Promise<Answer> {
  const search = new URLSearchParams(query)
  return get(identity, `http://169.254.169.254/metadata/identity/oauth2/token?${search}`, headers)
}

/** Sends a request. */
export async function answer(identity: IdentityHandler, request: Request): Promise<Answer> {
  const response = await identity(request)
  const body = (await response.json()) as Answer['body']
  return { status: response.status, headers: response.headers, body }
}

/** The claims of the access token of an answer; the handler must have signed it. */
export function claimsOf(
  identity: IdentityHandler,
  { body }: Answer,
): Readonly<Record<string, unknown>> {
  const { claims, refused } = identity.verifyToken(String(body['access_token']))
  if (claims === undefined)
    throw new Error(`The token is not valid: ${refused}. ${JSON.stringify(body)}`)
  return claims
}
