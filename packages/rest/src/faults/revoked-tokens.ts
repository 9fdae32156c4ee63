/** The tokens that faults have revoked. */

import { copyText } from '../wire/copy-text.ts'
import type { FaultScript } from './faults.ts'

/** More than tests revoke. The token that was revoked first is forgotten first. */
const MOST_TOKENS = 100

/** A header is not longer. */
const LONGEST_TOKEN = 65_536

const ofScripts = new WeakMap<FaultScript, Set<string>>()

/** Revokes a token for as long as the script is used. */
export function revokeToken(script: FaultScript, token: string): void {
  const revoked = ofScripts.get(script) ?? new Set()
  ofScripts.set(script, revoked)
  revoked.add(copyText(token, LONGEST_TOKEN))
  if (revoked.size <= MOST_TOKENS) return
  const [oldest] = revoked
  revoked.delete(oldest as string)
}

/** Returns whether a fault of the script has revoked a token. */
export function isRevoked(script: FaultScript | undefined, token: string): boolean {
  return (script && ofScripts.get(script)?.has(token)) ?? false
}
