/** The public keys of the options: in certificates, as PEM, as JWK. */

import {
  fromBase64,
  importCertificateKey,
  importJwk,
  importPublicPem,
  type JsonWebKey,
  type KeyMaterial,
} from '@pocket-hsm/crypto'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/

/** Returns the key of the first certificate of a PEM text, or its public key; throws if there is neither. */
export function keyOfPem(pem: string): KeyMaterial {
  const [, body] = CERTIFICATE.exec(pem) ?? []
  if (body === undefined) return forTokens(importPublicPem(pem))
  return forTokens(importCertificateKey(fromBase64(body.replace(/\s/g, ''))))
}

/** Returns the public key of a JWK; throws for a symmetric one, which is a secret. */
export function keyOfJwk(jwk: JsonWebKey): KeyMaterial {
  const key = importJwk(jwk)
  if (key.kty === 'oct') throw new TypeError('The key is symmetric.')
  return forTokens(key)
}

/** No algorithm of a token has a key of any other type: it would be taken here and refused each time. */
function forTokens(key: KeyMaterial): KeyMaterial {
  if (key.kty === 'RSA' || key.kty === 'EC') return key
  throw new TypeError(`A key of type ${key.kty} signs no tokens.`)
}

/** Whether a function returns. */
export function isReadable(read: () => KeyMaterial): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}
