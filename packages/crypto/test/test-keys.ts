/** Keys for tests: made once for each worker from a seed, so that a failure can be repeated. */

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { minimalBytes } from '../src/encoding/bytes.ts'
import type { CurveName, EcKey, OctKey, RsaKey } from '../src/key-material.ts'
import { generateKey } from '../src/keys/generate-key.ts'
import { createHmacDrbg } from '../src/random/hmac-drbg.ts'
import type { RandomSource } from '../src/random/random-source.ts'
import { Secret } from '../src/secret.ts'

/** A source of its own for each label: the same bytes at every run. */
export const testRandom = (label: string): RandomSource => createHmacDrbg(utf8ToBytes(label))

const made = new Map<string, RsaKey | EcKey | OctKey>()

/** The RSA test key of this size. */
export function rsaTestKey(bits = 2048, e = 65537): RsaKey {
  return once(`RSA ${bits} ${e}`, (random) =>
    generateKey({ kty: 'RSA', bits, e }, random),
  ) as RsaKey
}

/** The test key on this curve. */
export function ecTestKey(crv: CurveName): EcKey {
  return once(crv, (random) => generateKey({ kty: 'EC', crv }, random)) as EcKey
}

/** The symmetric test key of this size. */
export function octTestKey(bits: number): OctKey {
  return once(`oct ${bits}`, (random) => generateKey({ kty: 'oct', bits }, random)) as OctKey
}

function once<Key extends RsaKey | EcKey | OctKey>(
  name: string,
  make: (random: RandomSource) => Key | RsaKey | EcKey | OctKey,
): RsaKey | EcKey | OctKey {
  const known = made.get(name)
  if (known !== undefined) return known
  const key = make(testRandom(name))
  made.set(name, key)
  return key
}

/** The same private key for node:crypto. */
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
