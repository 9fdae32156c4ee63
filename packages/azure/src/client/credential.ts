/** A credential that needs no account. */

import { kindOf } from '../transport/source.ts'

/** A credential, with the shape of `TokenCredential` in `@azure/core-auth`. */
export interface Credential {
  /** Returns a token for any scope, without a request; with `claims`, which a challenge has, a new one. */
  getToken(scopes: string | string[], options?: TokenOptions): Promise<AccessToken>
}

/** What a client asks for besides the scope: a part of `GetTokenOptions` in `@azure/core-auth`. */
export interface TokenOptions {
  /** The claims of a challenge, JSON: the token that the client had is not accepted any more. */
  readonly claims?: string
}

/** A token, with the shape of `AccessToken` in `@azure/core-auth`. */
export interface AccessToken {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expiresOnTimestamp: number
}

/** The last second of the year 9999, so that a clock that is moved far ahead does not make clients renew it. */
const NEVER_MS = 253_402_300_799_000

/**
 * Makes a credential for clients of the Azure SDK. A handler without an authorizer accepts its tokens.
 *
 * The token is an unsigned JWT with the caller as its `oid` and the scope as its `aud`, so that an audit trail and an
 * authorizer can distinguish callers. It is useless outside pocket-hsm. A claims challenge, as a fault of the handler
 * makes it, gets a new token, which replaces the old one.
 *
 * @param caller - Identifies the caller. Defaults to `pocket-hsm`.
 * @throws TypeError - a caller that is not a string.
 *
 * @example
 * ```ts
 * import { createCredential } from '@pocket-hsm/azure'
 *
 * const { token } = await createCredential('orders-service').getToken('https://vault.azure.net/.default')
 * token.split('.').length // 3
 * ```
 */
export function createCredential(caller = 'pocket-hsm'): Credential {
  if (typeof caller !== 'string') {
    throw new TypeError(`The caller of createCredential must be a string, not ${kindOf(caller)}.`)
  }
  let renewals = 0
  return {
    getToken: async (scopes, options) => {
      if (options?.claims !== undefined) renewals += 1
      const claims = {
        oid: caller,
        aud: String(scopes),
        ...(renewals > 0 && { uti: String(renewals) }),
      }
      return {
        token: `${toJwtPart({ alg: 'none' })}.${toJwtPart(claims)}.`,
        expiresOnTimestamp: NEVER_MS,
      }
    },
  }
}

/** RFC 7515 section 2: base64url without padding. */
function toJwtPart(claims: Readonly<Record<string, string>>): string {
  const bytes = new TextEncoder().encode(JSON.stringify(claims))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
