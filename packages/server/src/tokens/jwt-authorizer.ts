/**
 * Accepts tokens that an authority signed for this service.
 *
 * Loaded only if tokens are verified.
 *
 * @see RFC 9068 section 4 (validating JWT access tokens); OpenID Connect Discovery 1.0 section 4
 */

import { type Authorization, type Authorizer, authorizationOf } from '@pocket-hsm/rest'
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose'
import { HsmError } from 'pocket-hsm'
import type { FetchJson } from '../network/fetch-json.ts'

/** Which tokens to accept. */
export interface JwtAuthorizerOptions {
  /** The issuer, which publishes `/.well-known/openid-configuration`. */
  readonly authority: string
  /** A token must be for one of these. They come from the configuration, never from a request. */
  readonly audiences: readonly string[]
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

/** The clocks of authority and server may differ by so many seconds. */
const TOLERANCE = 60

/** The characters of a caller's identifier. Entra ID's have 36; the audit trail stores it with each entry. */
const LONGEST_CALLER = 256

/**
 * Makes an authoriser. The authority's keys are fetched at the first token, and again at the next one if that failed.
 * Key sets are as bounded as everything that `fetchJson` fetches.
 */
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
  return async ({ token }) => {
    const { issuer, keys } = await verifier()
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: [...audiences],
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'aud'],
        clockTolerance: TOLERANCE,
      })
      const authorization = authorizationOf(payload)
      const { caller } = authorization
      if (caller !== undefined && caller.length > LONGEST_CALLER) {
        return refused(`its caller has more than ${LONGEST_CALLER} characters`)
      }
      return authorization
    } catch (error) {
      if (isRefusal(error)) return refused(error.message)
      throw unreachable(error)
    }
  }
}

const refused = (reason: string): Authorization => ({
  refused: 401,
  message: `The token was not accepted: ${reason}.`,
})

async function discover({ authority, fetchJson }: JwtAuthorizerOptions): Promise<Verifier> {
  const base = authority.replace(/\/$/, '')
  const { issuer, jwks_uri } = await fetchJson(`${base}/.well-known/openid-configuration`)
  if (typeof issuer !== 'string' || typeof jwks_uri !== 'string') {
    throw new Error('its metadata lacks issuer or jwks_uri')
  }
  const keys = createRemoteJWKSet(new URL(jwks_uri), {
    [customFetch]: async (url) => Response.json(await fetchJson(url)),
  })
  return { issuer, keys }
}

/** Errors of the authority, not of the token: its key set did not come. */
const OF_THE_AUTHORITY: readonly string[] = [
  'ERR_JWKS_TIMEOUT',
  'ERR_JWKS_INVALID',
  'ERR_JOSE_GENERIC',
]

const isRefusal = (error: unknown): error is Error =>
  error instanceof errors.JOSEError && !OF_THE_AUTHORITY.includes(error.code)

/** A client that gets a 503 tries again; a 401 would make it ask for another token. */
function unreachable(cause: unknown): HsmError {
  const message = 'The keys of the authority that signs tokens could not be fetched.'
  return new HsmError({ status: 503, code: 'ServiceUnavailable', message, cause })
}
