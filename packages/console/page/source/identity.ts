/** Who the page is to the HSM: the tokens of its requests. They are in the memory of the page alone. */

import { toBase64url } from '../model/encodings.ts'

/** What the tokens are made of. */
export interface Identity {
  /** Object id of the caller in tokens that the page makes itself. */
  readonly caller: string
  /** A token for keys that the user has given. */
  readonly token?: string | undefined
  /** The control token, or a token for control requests. */
  readonly controlToken?: string | undefined
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
