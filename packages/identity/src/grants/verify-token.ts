/** Verifies the handler's own tokens, without a request. */

import { checkOption, checkTable, listOf, members, text } from '../options/check-options.ts'
import { isInTime, type JsonObject, parseJwt } from '../tokens/jwt.ts'
import type { Identity } from './grant-context.ts'

/** What a token must be. */
export interface TokenCheck {
  /** The token must be for one of these, whether or not either has a slash at the end. By default for any. */
  readonly audiences?: readonly string[]
}

/** The claims of a valid token, or why it is not valid. */
export interface VerifiedToken {
  /** Absent if the token is not valid. */
  readonly claims?: JsonObject
  /** Why the token is not valid: a sentence without a full stop, and without anything of the token. */
  readonly refused?: string
}

/** The clocks of the issuer and the verifier are the same one. */
const TOLERANCE = 0

const CHECK = members(checkTable<TokenCheck>({ audiences: listOf(text) }))

/**
 * Verifies a token: signature, time, audience. RFC 7519 section 7.2.
 *
 * @throws `BadOption` - a check that is not valid: a misspelt one would accept what it has to refuse.
 */
export function verifyToken(identity: Identity, token: unknown, check: TokenCheck): VerifiedToken {
  checkOption(check, CHECK, '', 'verifyToken')
  const { audiences } = check
  const parsed = typeof token === 'string' ? parseJwt(token) : undefined
  if (parsed === undefined) return { refused: 'it is not a JWT' }
  if (!identity.key.signed(parsed)) return { refused: 'its signature is not valid' }
  const { claims } = parsed
  if (!isInTime(claims, identity.clock(), TOLERANCE)) return { refused: 'it has expired' }
  if (audiences && !audiences.some((audience) => isFor(claims, audience))) {
    return { refused: `its audience is not ${audiences.join(' or ') || 'allowed: none is'}` }
  }
  return { claims }
}

const isFor = ({ aud }: JsonObject, audience: string): boolean =>
  typeof aud === 'string' && withoutSlash(aud) === withoutSlash(audience)

const withoutSlash = (url: string): string => url.replace(/\/$/, '')
