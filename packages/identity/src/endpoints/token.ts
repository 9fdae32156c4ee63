/** The token endpoint and the device code endpoint. */

import { entraError } from '../errors/entra-error.ts'
import { deviceCode } from '../grants/device-code.ts'
import type { TokenRequest } from '../grants/grant-context.ts'
import { runGrant } from '../grants/grants.ts'
import { readForm } from '../grants/read-form.ts'
import type { JsonObject } from '../tokens/jwt.ts'
import type { EndpointCall } from './endpoint-call.ts'
import { dialectOf } from './metadata.ts'

/** Issues tokens. */
export const token = async (call: EndpointCall): Promise<JsonObject> =>
  runGrant(await tokenRequest(call))

/** Issues a device code. */
export const device = async (call: EndpointCall): Promise<JsonObject> =>
  deviceCode(await tokenRequest(call))

/** Refuses a sign-in in a browser. */
export function authorizePage(): never {
  throw entraError('noSignInPage')
}

async function tokenRequest(call: EndpointCall): Promise<TokenRequest> {
  const { identity, request, url, origin, parts, now } = call
  const tenant = identity.tenants.find(parts[0] ?? '')
  const form = await readForm(request)
  return { identity, tenant, dialect: dialectOf(url.pathname), origin, form, now }
}
