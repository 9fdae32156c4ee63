/** Who the page is to the HSM: the tokens of its requests. They are in the memory of the page alone. */

import { toBase64url } from '../model/encodings.ts'
import type { Source } from './source.ts'

/** What the tokens are made of. */
export interface Identity {
  /** Object id of the caller in tokens that the page makes itself. */
  readonly caller: string
  /** A token for keys that the user has given. */
  readonly token?: string | undefined
  /** The control token, or a token for control requests. */
  readonly controlToken?: string | undefined
}

/** A client of the stand-in for Entra ID unless another one is chosen. */
export const CONSOLE_CLIENT = '00000000-0000-4000-8000-0000000c0501'

const RESOURCES: Readonly<Record<string, string>> = {
  'managed-hsm': 'https://managedhsm.azure.net',
}

/** Gets a token for keys from a server that is its own Entra ID: it gives one to every application. */
export async function fetchToken(
  source: Source,
  tenantId: string,
  profile: string,
  clientId: string,
): Promise<string> {
  const resource = RESOURCES[profile] ?? 'https://vault.azure.net'
  const url = new URL(`/${tenantId}/oauth2/v2.0/token`, source.origin)
  const response = await source.fetch(
    new Request(url, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: 'any',
        scope: `${resource}/.default`,
      }),
    }),
  )
  const body = (await response.json()) as {
    readonly access_token?: string
    readonly error_description?: string
  }
  if (body.access_token !== undefined) return body.access_token
  throw new Error(`There was no token: ${body.error_description ?? response.status}`)
}

/** Who the page is unless somebody else is chosen. */
export const CONSOLE_CALLER = 'console'

/**
 * The token of requests for keys where any is accepted: not signed, so that it proves nothing, and names the caller for
 * the audit trail and for roles.
 */
export function tokenOf({ token, caller }: Identity): string {
  if (token !== undefined) return token
  const part = (json: object) => toBase64url(new TextEncoder().encode(JSON.stringify(json)))
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ oid: caller })}.unsigned`
}
