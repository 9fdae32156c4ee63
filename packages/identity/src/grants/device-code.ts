/** Device codes: RFC 8628 section 3.2. */

import { bytesToHex } from '@pocket-hsm/crypto'
import type { JsonObject } from '../tokens/jwt.ts'
import { parseScope } from '../tokens/scope.ts'
import type { TokenRequest } from './grant-context.ts'
import { required } from './read-form.ts'

/** What is sealed in a device code. */
export interface DeviceGrant {
  readonly clientId: string
  readonly scope?: string
  readonly resource?: string
  /** Whole seconds since 1970. */
  readonly expiresAt: number
}

const SECONDS = 900

/** The endpoint tells clients to ask again after so many seconds; the code is accepted at the first time. */
const INTERVAL = 1

/** Makes a device code for a client. */
export function deviceCode(request: TokenRequest): JsonObject {
  const { form, identity, tenant, origin, now } = request
  const clientId = required(form, 'client_id')
  identity.directory.checkPublicClient(clientId, tenant)
  const scope = form.get('scope')
  const resource = form.get('resource')
  parseScope(scope, resource)
  const grant: DeviceGrant = {
    clientId,
    ...(scope !== undefined && { scope }),
    ...(resource !== undefined && { resource }),
    expiresAt: Math.floor(now / 1000) + SECONDS,
  }
  const user_code = bytesToHex(identity.random(5)).toUpperCase().slice(0, 9)
  const page = `${origin}/common/oauth2/deviceauth`
  const message = `pocket-hsm signs in ${identity.directory.deviceUser} without a page: wait ${INTERVAL} second.`
  const isV1 = request.dialect === 'v1'
  const numbers = { expires_in: SECONDS, interval: INTERVAL }
  return {
    user_code,
    device_code: identity.seal.seal('device', { ...grant }),
    [isV1 ? 'verification_url' : 'verification_uri']: page,
    ...(isV1 ? { expires_in: String(SECONDS), interval: String(INTERVAL) } : numbers),
    message,
  }
}
