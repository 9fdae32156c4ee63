/** JWK out: the public half, or everything where the caller says so by name (RFC 7517; RFC 7518 section 6). */

import { toBase64url } from '../encoding/base64.ts'
import { minimalBytes } from '../encoding/bytes.ts'
import type { KeyMaterial, RsaPrivateNumbers } from '../key-material.ts'
import { Secret } from '../secret.ts'
import type { JsonWebKey } from './json-web-key.ts'

/**
 * Writes everything that a key holds, its secret members in clear.
 *
 * @returns A fresh object: `kty` with n, e, d, p, q, dp, dq, qi or crv, x, y, d or k. Without a private part it
 * is what {@link toPublicJwk} answers. RSA numbers have no leading zeros; EC members have the full width.
 * @see RFC 7518 sections 6.2.2, 6.3.2 and 6.4
 *
 * @example
 * ```ts
 * import { exportJwk, importJwk } from '@pocket-hsm/crypto'
 *
 * exportJwk(importJwk({ kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw==' })).k // 'AAECAwQFBgcICQoLDA0ODw'
 * ```
 */
export function exportJwk(key: KeyMaterial): JsonWebKey {
  if (key.kty === 'oct') return { kty: 'oct', k: toBase64url(Secret.reveal(key.secretKey)) }
  const publicJwk = toPublicJwk(key)
  if (key.privateKey === undefined) return publicJwk
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
 * Writes what anyone may know of a key.
 *
 * @returns A fresh object: `kty` with n and e, or with crv, x and y; a symmetric key shows its `kty` alone.
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
  if (key.kty === 'oct') return { kty: 'oct' }
  if (key.kty === 'RSA') {
    return { kty: 'RSA', n: toBase64url(key.publicKey.n), e: toBase64url(key.publicKey.e) }
  }
  const { x, y } = key.publicKey
  return { kty: 'EC', crv: key.crv, x: toBase64url(x), y: toBase64url(y) }
}
