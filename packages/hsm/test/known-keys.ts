/** Keys whose private bytes the tests know: the same at every run, each made once for a worker. */

import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  type JsonWebKey as NodeJwk,
} from 'node:crypto'
import {
  type CurveName,
  createHmacDrbg,
  exportJwk,
  generateKey,
  type JsonWebKey,
  type KeySpec,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import type { BundleKey } from '../src/index.ts'

export const CURVES: readonly CurveName[] = ['P-256', 'P-384', 'P-521', 'P-256K']

/** Labels whose streams come to two primes soon: a search of half a minute found them. */
const LUCKY: Readonly<Record<number, number>> = { 2048: 10, 3072: 3, 4096: 4 }

/** A private RSA key with its CRT members. */
export function rsaJwk(bits: 2048 | 3072 | 4096 = 2048): JsonWebKey {
  return knownJwk(`${bits}-bit test key ${LUCKY[bits]}`, { kty: 'RSA', bits })
}

/** A private elliptic-curve key. */
export function ecJwk(crv: CurveName = 'P-256'): JsonWebKey {
  return knownJwk(crv, { kty: 'EC', crv })
}

/** A symmetric key. */
export function octJwk(bits: 128 | 192 | 256 = 256): JsonWebKey {
  return knownJwk(`oct ${bits}`, { kty: 'oct', bits })
}

/** The bytes of a symmetric key. */
export function octBytes(bits: 128 | 192 | 256 = 256): Buffer {
  return Buffer.from(octJwk(bits).k ?? '', 'base64url')
}

/** The same private or symmetric key for node:crypto. */
export function nodeKey(jwk: JsonWebKey): KeyObject {
  if (jwk.kty === 'oct') return createSecretKey(Buffer.from(jwk.k ?? '', 'base64url'))
  return createPrivateKey({ format: 'jwk', key: nodeJwk(jwk) })
}

/** The public part of a bundle for node:crypto. */
export function nodePublicKey({ kty, n, e, crv, x, y }: BundleKey): KeyObject {
  const members = kty.startsWith('RSA') ? { kty: 'RSA', n, e } : { kty: 'EC', crv, x, y }
  return createPublicKey({ format: 'jwk', key: nodeJwk(members) })
}

/** RFC 8812 section 3.1 has another name for the curve that Key Vault calls P-256K. */
const nodeJwk = (jwk: object): NodeJwk => ({
  ...(jwk as NodeJwk),
  ...('crv' in jwk && jwk.crv === 'P-256K' && { crv: 'secp256k1' }),
})

const made = new Map<string, JsonWebKey>()

function knownJwk(label: string, spec: KeySpec): JsonWebKey {
  const known = made.get(label)
  if (known !== undefined) return { ...known }
  const jwk = exportJwk(generateKey(spec, createHmacDrbg(utf8ToBytes(label))))
  made.set(label, jwk)
  return { ...jwk }
}
