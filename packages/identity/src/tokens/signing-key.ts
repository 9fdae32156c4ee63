/** The key that signs tokens: made when it is first needed, and never shown. */

import {
  digest,
  generateKey,
  type JsonWebKey,
  jwkThumbprint,
  type RandomSource,
  RSA_ALGORITHMS,
  sign,
  toBase64url,
  toPublicJwk,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { encodeParts, hasSignatureOf, type JsonObject, type ParsedJwt } from './jwt.ts'

/** A public key as `jwks_uri` publishes it. */
export interface PublicSigningKey extends JsonWebKey {
  readonly kid: string
  readonly use: 'sig'
}

/** Signs and verifies tokens. */
export interface SigningKey {
  readonly publicJwk: () => PublicSigningKey
  /** Returns a token with these claims. */
  readonly sign: (claims: JsonObject) => string
  /** Whether the key signed a token. */
  readonly signed: (token: ParsedJwt) => boolean
}

const ALGORITHM = RSA_ALGORITHMS.RS256

/**
 * Returns a key that is made at its first use: RSA with 2048 bits, as the service's.
 *
 * @param random - Decides the key.
 */
export function createSigningKey(random: RandomSource): SigningKey {
  let made: ReturnType<typeof makeKey> | undefined
  const key = () => {
    made ??= makeKey(random)
    return made
  }
  return {
    publicJwk: () => key().publicJwk,
    sign: (claims) => {
      const { material, publicJwk } = key()
      const { kid } = publicJwk
      const input = encodeParts({ typ: 'JWT', alg: ALGORITHM.alg, x5t: kid, kid }, claims)
      const signature = sign(material, ALGORITHM, digest('SHA-256', utf8ToBytes(input)), random)
      return `${input}.${toBase64url(signature)}`
    },
    signed: (token) =>
      token.header['alg'] === ALGORITHM.alg && hasSignatureOf(token, key().material),
  }
}

function makeKey(random: RandomSource) {
  const material = generateKey({ kty: 'RSA', bits: 2048 }, random)
  const jwk = toPublicJwk(material)
  const kid = toBase64url(jwkThumbprint(jwk))
  return { material, publicJwk: { ...jwk, use: 'sig', kid } as const }
}
