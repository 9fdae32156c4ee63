/** The exchange key of an HSM: what a security domain is encrypted to on its way in. */

import {
  digest,
  generateKey,
  type JsonWebKey,
  type RsaKey,
  toBase64,
  toBase64url,
  toPublicJwk,
} from '@pocket-hsm/crypto'
import { seededStream } from '../random/seeded-stream.ts'
import type { IdentityOrigin } from '../release/identity-origin.ts'
import { selfSignedCertificate, thumbprintOf } from './self-signed-certificate.ts'

/** The public half of an exchange key, as the service returns it. */
export interface TransferKey extends JsonWebKey {
  readonly e: string
  readonly key_ops: readonly string[]
  readonly kid: string
  readonly kty: 'RSA'
  readonly n: string
  /** Its certificate, which names the HSM's host: base64 of DER. */
  readonly x5c: readonly [string]
  /** SHA-1 digest of the certificate, in base64url. */
  readonly x5t: string
  /** SHA-256 digest of the certificate, in base64url. */
  readonly 'x5t#S256': string
}

/** An exchange key with its certificate. */
export interface ExchangeKey {
  readonly key: RsaKey
  /** DER. */
  readonly certificate: Uint8Array
}

/** The service's own has 4096 bits, which take seconds to make in JavaScript. */
const KEY_SIZE = 2048

/** By the origin of the identity, which an HSM shares with its forks and views. */
const keys = new WeakMap<IdentityOrigin, ExchangeKey>()

/**
 * Returns the exchange key of an HSM: the same each time, also after an export and an import, as it is derived from what
 * the release identity is derived from.
 */
export function exchangeKeyOf(origin: IdentityOrigin): ExchangeKey {
  const known = keys.get(origin)
  if (known !== undefined) return known
  const random = seededStream(origin.seed(), 'exchange key')
  const key = generateKey({ kty: 'RSA', bits: KEY_SIZE }, random) as RsaKey
  const made = { key, certificate: selfSignedCertificate(origin.host, key, random) }
  keys.set(origin, made)
  return made
}

/** The public half, its members in alphabetical order. */
export function transferKeyOf({ key, certificate }: ExchangeKey): TransferKey {
  const { n, e } = toPublicJwk(key) as { readonly n: string; readonly e: string }
  return {
    e,
    key_ops: ['wrapKey', 'verify', 'encrypt'],
    kid: 'not used',
    kty: 'RSA',
    n,
    x5c: [toBase64(certificate)],
    x5t: toBase64url(digest('SHA-1', certificate)),
    'x5t#S256': thumbprintOf(certificate),
  }
}
