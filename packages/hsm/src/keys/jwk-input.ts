/** JWKs from outside: the service's types as well as JOSE's, and the service's one error for all that is wrong. */

import { importJwk, isCryptoError, type JsonWebKey, type KeyMaterial } from '@pocket-hsm/crypto'
import { HsmError } from '../hsm-error.ts'

/** Checks that a JWK is an object with a type; the rest is checked when the key is read. */
export function checkJwk(jwk: JsonWebKey): void {
  if (typeof jwk !== 'object' || jwk === null || typeof jwk.kty !== 'string') throw invalidJwk()
}

/** Reads the key in a JWK whose `kty` may end in `-HSM`. */
export function parseJwk(jwk: JsonWebKey): KeyMaterial {
  checkJwk(jwk)
  const kty = JOSE_TYPES[jwk.kty.toLowerCase().replace(/-hsm$/, '')] ?? jwk.kty
  try {
    return importJwk({ ...jwk, kty })
  } catch (error) {
    throw isCryptoError(error) ? invalidJwk(error) : error
  }
}

/** The types as JOSE spells them, by their lower case. */
const JOSE_TYPES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  rsa: 'RSA',
  ec: 'EC',
  oct: 'oct',
})

/** The service's one text; the cause says what was wrong. */
export function invalidJwk(cause?: unknown): HsmError {
  return new HsmError({
    status: 400,
    code: 'BadParameter',
    message: 'The property "key" must be a valid JsonWebKey object.',
    cause,
  })
}
