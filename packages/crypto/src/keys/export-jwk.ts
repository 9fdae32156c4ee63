/** JWK export: the whole key, or its public part only (RFC 7517; RFC 7518 section 6). */

import { requireKeyMaterial } from '../checks/key-material.ts'
import { toBase64url } from '../encoding/base64.ts'
import { minimalBytes } from '../encoding/bytes.ts'
import type { KeyMaterial, RsaPrivateNumbers } from '../key-material.ts'
import { Secret } from '../secret.ts'
import type { JsonWebKey } from './json-web-key.ts'

/**
 * Exports a key as a JWK, including its secret members in plaintext.
 *
 * @returns A fresh object: `kty` with n, e, d, p, q, dp, dq, qi or crv, x, y, d or alg, pub, priv or k. A key without a private part
 * gives the result of {@link toPublicJwk}. RSA numbers have no leading zeros; EC members have the full width.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not a key.
 * @see RFC 7518 sections 6.2.2, 6.3.2 and 6.4; "ML-DSA for JOSE and COSE" section 3
 *
 * @example
 * ```ts
 * import { exportJwk, importJwk } from '@pocket-hsm/crypto'
 *
 * exportJwk(importJwk({ kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw==' })).k // 'AAECAwQFBgcICQoLDA0ODw'
 * ```
 */
export function exportJwk(key: KeyMaterial): JsonWebKey {
  requireKeyMaterial('The key', key)
  if (key.kty === 'oct') return { kty: 'oct', k: toBase64url(Secret.reveal(key.secretKey)) }
  const publicJwk = toPublicJwk(key)
  if (key.privateKey === undefined) return publicJwk
  if (key.kty === 'AKP') return { ...publicJwk, priv: toBase64url(Secret.reveal(key.privateKey)) }
  if (key.kty === 'EC') return { ...publicJwk, d: toBase64url(Secret.reveal(key.privateKey)) }
  const numbers = Secret.reveal(key.privateKey)
  const member = (name: keyof RsaPrivateNumbers) => toBase64url(minimalBytes(numbers[name]))
  return {
    ...publicJwk,
    d: member('d'),
    p: member('p'),
    q: member('q'),
    dp: member('dp'),
    dq: member('dq'),
    qi: member('qi'),
  }
}

/**
 * Exports the public part of a key as a JWK.
 *
 * @returns A fresh object: `kty` with n and e, with crv, x and y, or with alg and pub; for a symmetric key `kty` only.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not a key.
 * @see RFC 7518 sections 6.2.1 and 6.3.1
 *
 * @example
 * ```ts
 * import { importJwk, toPublicJwk } from '@pocket-hsm/crypto'
 *
 * toPublicJwk(importJwk({ kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw' })) // { kty: 'oct' }
 * ```
 */
export function toPublicJwk(key: KeyMaterial): JsonWebKey {
  requireKeyMaterial('The key', key)
  if (key.kty === 'oct') return { kty: 'oct' }
  if (key.kty === 'RSA') {
    return { kty: 'RSA', n: toBase64url(key.publicKey.n), e: toBase64url(key.publicKey.e) }
  }
  if (key.kty === 'AKP') return { kty: 'AKP', alg: key.alg, pub: toBase64url(key.publicKey) }
  const { x, y } = key.publicKey
  return { kty: 'EC', crv: key.crv, x: toBase64url(x), y: toBase64url(y) }
}
