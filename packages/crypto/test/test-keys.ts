/** Keys for tests, generated from a seed once for each worker, so that failures are reproducible. */

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { minimalBytes } from '../src/encoding/bytes.ts'
import type {
  AkpPrivateKey,
  CurveName,
  EcKey,
  EcPrivateKey,
  KeyMaterial,
  MlDsaParameterSet,
  OctKey,
  RsaKey,
  RsaPrivateKey,
} from '../src/key-material.ts'
import { generateKey } from '../src/keys/generate-key.ts'
import { createHmacDrbg } from '../src/random/hmac-drbg.ts'
import type { RandomSource } from '../src/random/random-source.ts'
import { Secret } from '../src/secret.ts'

/** A separate source for each label, with the same bytes in every run. */
export const testRandom = (label: string): RandomSource => createHmacDrbg(utf8ToBytes(label))

const cache = new Map<string, KeyMaterial>()

/** The RSA test key of this size. */
export function rsaTestKey(bits = 2048, e = 65537): RsaPrivateKey {
  return cached(`RSA ${bits} ${e}`, (random) => generateKey({ kty: 'RSA', bits, e }, random))
}

/** The test key on this curve. */
export function ecTestKey(crv: CurveName): EcPrivateKey {
  return cached(crv, (random) => generateKey({ kty: 'EC', crv }, random))
}

/** The symmetric test key of this size. */
export function octTestKey(bits: number): OctKey {
  return cached(`oct ${bits}`, (random) => generateKey({ kty: 'oct', bits }, random))
}

/** The ML-DSA test key of this parameter set. */
export function mlDsaTestKey(alg: MlDsaParameterSet): AkpPrivateKey {
  return cached(alg, (random) => generateKey({ kty: 'AKP', alg }, random))
}

function cached<Key extends KeyMaterial>(
  name: string,
  generate: (random: RandomSource) => Key,
): Key {
  const known = cache.get(name)
  // A name has keys of one type.
  if (known !== undefined) return known as Key
  const key = generate(testRandom(name))
  cache.set(name, key)
  return key
}

/** The same private key as a KeyObject of node:crypto. */
export function nodePrivateKey(key: RsaKey | EcKey): KeyObject {
  if (key.kty === 'EC') {
    const { crv, publicKey, privateKey } = key
    const d = privateKey && Secret.reveal(privateKey)
    const jwk = { kty: 'EC', crv: crv === 'P-256K' ? 'secp256k1' : crv }
    return createPrivateKey({
      format: 'jwk',
      key: { ...jwk, x: base64url(publicKey.x), y: base64url(publicKey.y), d: base64url(d) },
    })
  }
  const numbers = key.privateKey && Secret.reveal(key.privateKey)
  if (numbers === undefined) throw new Error('A private key is needed.')
  const members = Object.entries(numbers).map(([name, n]) => [name, base64url(minimalBytes(n))])
  return createPrivateKey({ format: 'jwk', key: { kty: 'RSA', ...Object.fromEntries(members) } })
}

const base64url = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('base64url')
