/**
 * Refresh tokens and device codes: the grant itself, with a MAC. Nothing is stored, so no caller can make anything grow.
 */

import {
  equalBytes,
  fromBase64url,
  hmac,
  type RandomSource,
  toBase64url,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import type { JsonObject } from './jwt.ts'

/** Seals and opens grants of one handler. */
export interface Seal {
  readonly seal: (kind: string, grant: JsonObject) => string
  /** Returns the grant, or `undefined` if this handler did not seal it as one of this kind. */
  readonly open: (kind: string, text: string) => JsonObject | undefined
}

/** Makes a seal; `random` decides its key. */
export function createSeal(random: RandomSource): Seal {
  let made: Uint8Array | undefined
  const macOf = (kind: string, payload: string) => {
    made ??= random(32)
    return hmac('SHA-256', made, utf8ToBytes(`${kind}.${payload}`))
  }
  return {
    seal: (kind, grant) => {
      const payload = toBase64url(utf8ToBytes(JSON.stringify(grant)))
      return `${payload}.${toBase64url(macOf(kind, payload))}`
    },
    open: (kind, text) => {
      const [payload = '', mac = ''] = text.split('.')
      try {
        if (!equalBytes(fromBase64url(mac), macOf(kind, payload))) return undefined
        return JSON.parse(new TextDecoder().decode(fromBase64url(payload)))
      } catch {
        return undefined
      }
    },
  }
}
