/** A credential that needs no account. */

/** A credential as `@azure/core-auth` has it. */
export interface Credential {
  /** Answers a token for any scope; it asks nobody. */
  getToken(scopes: string | string[]): Promise<AccessToken>
}

/** A token as `@azure/core-auth` has it. */
export interface AccessToken {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expiresOnTimestamp: number
}

/** The last second of the year 9999: also under a clock that is moved far ahead, nothing renews it. */
const NEVER_MS = 253_402_300_799_000

/**
 * Makes a credential for the clients of the Azure SDK whose tokens every handler takes that has no authoriser.
 *
 * The token is an unsigned JWT with the caller as its `oid` and the scope as its `aud`, so that an audit trail and an
 * authoriser can tell callers apart. It is worth nothing anywhere else.
 *
 * @param caller - Who calls: `pocket-hsm` unless told.
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
