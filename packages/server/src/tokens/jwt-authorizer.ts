/**
 * Lets in who has a token that an authority signed for this service.
 *
 * Loaded only where tokens are verified.
 *
 * @see RFC 9068 section 4 (validating JWT access tokens); OpenID Connect Discovery 1.0 section 4
 */

import type { Authorizer } from '@pocket-hsm/rest'
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import { type Hsm, HsmError } from 'pocket-hsm'
import type { FetchJson } from '../network/fetch-json.ts'

/** Whose tokens, and for whom. */
export interface JwtAuthorizerOptions {
  /** Publishes `/.well-known/openid-configuration`. */
  readonly authority: string
  /** Those of the challenge unless told. */
  readonly audiences: readonly string[] | undefined
  readonly fetchJson: FetchJson
}

interface Verifier {
  readonly issuer: string
  readonly keys: ReturnType<typeof createRemoteJWKSet>
}

/** Signatures that need no shared secret (RFC 7518 section 3.1, RFC 8037). */
const ALGORITHMS = ['RS', 'PS', 'ES'].flatMap((family) =>
  ['256', '384', '512'].map((bits) => family + bits),
)

/** Clocks of authority and server may differ by so many seconds. */
const TOLERANCE = 60

const SERVICES: Readonly<Record<Hsm['profile'], string>> = {
  'managed-hsm': 'managedhsm',
  'vault-premium': 'vault',
  'vault-standard': 'vault',
}

/** Makes an authoriser. The authority is asked at the first token, and again after it could not be reached. */
export function createJwtAuthorizer(options: JwtAuthorizerOptions): Authorizer {
  const { audiences } = options
  let discovered: Promise<Verifier> | undefined
  const verifier = () => {
    discovered ??= discover(options).catch((error) => {
      discovered = undefined
      throw unreachable(error)
    })
    return discovered
  }
  return async ({ token, hsm }) => {
    const { issuer, keys } = await verifier()
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: [...(audiences ?? audiencesOf(hsm))],
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'aud'],
        clockTolerance: TOLERANCE,
      })
      return { caller: callerOf(payload) }
    } catch (error) {
      if (isRefusal(error))
        return { refused: 401, message: `The token was not accepted: ${error.message}.` }
      throw unreachable(error)
    }
  }
}

async function discover({ authority, fetchJson }: JwtAuthorizerOptions): Promise<Verifier> {
  const base = authority.replace(/\/$/, '')
  const { issuer, jwks_uri } = await fetchJson(`${base}/.well-known/openid-configuration`)
  if (typeof issuer !== 'string' || typeof jwks_uri !== 'string') {
    throw new Error('its metadata lacks issuer or jwks_uri')
  }
  return { issuer, keys: createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: 5000 }) }
}

/** Not the token's fault: a key set that did not come. */
const OF_THE_AUTHORITY: readonly string[] = [
  'ERR_JWKS_TIMEOUT',
  'ERR_JWKS_INVALID',
  'ERR_JOSE_GENERIC',
]

const isRefusal = (error: unknown): error is Error =>
  error instanceof errors.JOSEError && !OF_THE_AUTHORITY.includes(error.code)

/** Clients may come back: a 401 would send them for another token. */
function unreachable(cause: unknown): HsmError {
  const message = 'The authority that signs tokens could not be asked for its keys.'
  return new HsmError({ status: 503, code: 'ServiceUnavailable', message, cause })
}

/** What the challenge may have told clients to ask a token for: the service, or the parent of the host. */
function audiencesOf({ baseUrl, profile }: Hsm): readonly string[] {
  const { host } = new URL(baseUrl)
  const clouds = ['net', 'cn'].map((end) => `https://${SERVICES[profile]}.azure.${end}`)
  const parent = host.slice(host.indexOf('.') + 1)
  return [...clouds, `https://${SERVICES[profile]}.usgovcloudapi.net`, `https://${parent}`]
}

/** The object of the directory, the application or whom the token is about. */
function callerOf(payload: JWTPayload): string | undefined {
  const caller = payload['oid'] ?? payload['appid'] ?? payload.sub
  return typeof caller === 'string' ? caller : undefined
}
