/** A credential that needs no account. */

import { kindOf } from '../transport/source.ts'

/** A credential, with the shape of `TokenCredential` in `@azure/core-auth`. */
export interface Credential {
  /** Returns a token for any scope, without a request. */
  getToken(scopes: string | string[]): Promise<AccessToken>
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
 * authorizer can distinguish callers. It is useless outside pocket-hsm.
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
  return {
    getToken: async (scopes) => ({
      token: `${toJwtPart({ alg: 'none' })}.${toJwtPart({ oid: caller, aud: String(scopes) })}.`,
      expiresOnTimestamp: NEVER_MS,
    }),
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
