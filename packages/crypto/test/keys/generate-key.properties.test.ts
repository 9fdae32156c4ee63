import { checkPrimeSync, createPublicKey, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesToBigInt } from '../../src/encoding/bytes.ts'
import type { CurveName, RsaPrivateKey } from '../../src/key-material.ts'
import { generateKey } from '../../src/keys/generate-key.ts'
import { bitLength, gcd } from '../../src/numbers/number-theory.ts'
import { createHmacDrbg } from '../../src/random/hmac-drbg.ts'
import { Secret } from '../../src/secret.ts'
import { runs } from '../runs.ts'
import { nodePrivateKey, rsaTestKey } from '../test-keys.ts'

const seeds = fc.uint8Array({ minLength: 1, maxLength: 48 })

function expectFipsKey(key: RsaPrivateKey, bits: number, exponent: bigint): void {
  const { n, e, d, p, q, dp, dq, qi } = Secret.reveal(key.privateKey)
  const half = BigInt(bits / 2)
  // FIPS 186-5 appendix A.1.1, in its order.
  expect(e).toBe(exponent)
  expect(checkPrimeSync(p) && checkPrimeSync(q)).toBe(true)
  expect([gcd(p - 1n, e), gcd(q - 1n, e)]).toEqual([1n, 1n])
  expect(p * p > 1n << (2n * half - 1n) && p < 1n << half).toBe(true)
  expect(q * q > 1n << (2n * half - 1n) && q < 1n << half).toBe(true)
  expect(p - q > 1n << (half - 100n)).toBe(true)
  const lcm = ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n)
  expect((e * d) % lcm).toBe(1n)
  expect(d > 1n << half && d < lcm).toBe(true)
  // RFC 8017 section 3.2.
  expect(n).toBe(p * q)
  expect(bitLength(n)).toBe(bits)
  expect([dp, dq]).toEqual([d % (p - 1n), d % (q - 1n)])
  expect((qi * q) % p).toBe(1n)
  expect(bytesToBigInt(key.publicKey.n)).toBe(n)
  expect(bytesToBigInt(key.publicKey.e)).toBe(e)
}

describe('an RSA key', () => {
  it('meets FIPS 186-5 for every seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const key = generateKey({ kty: 'RSA', bits: 1024 }, createHmacDrbg(seed))
        expectFipsKey(key, 1024, 65537n)
      }),
      runs(6),
    )
  })

  it.each([3, 5, 257, 105, 4294967297, Number.MAX_SAFE_INTEGER])(
    'can have the exponent %d',
    (e) => {
      expectFipsKey(rsaTestKey(1024, e), 1024, BigInt(e))
    },
  )

  it.each([1280, 2048, 3072, 4096])('of %i bits meets FIPS 186-5', (bits) => {
    expectFipsKey(rsaTestKey(bits), bits, 65537n)
  })

  it('is the same for the same seed', () => {
    const key = () => generateKey({ kty: 'RSA', bits: 1024 }, createHmacDrbg(Uint8Array.of(1)))
    expect(key()).toEqual(key())
  })

  it.each([2048, 3072, 4096])('of %i bits signs in node:crypto', (bits) => {
    const privateKey = nodePrivateKey(rsaTestKey(bits))
    const message = Uint8Array.of(1, 2, 3)
    const signature = sign('sha256', message, privateKey)
    expect(verify('sha256', message, createPublicKey(privateKey), signature)).toBe(true)
  })
})

describe.each<CurveName>(['P-256', 'P-384', 'P-521', 'P-256K'])('a key on %s', (crv) => {
  it('is accepted by node:crypto, which computes the same point', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const key = generateKey({ kty: 'EC', crv }, createHmacDrbg(seed))
        const { x, y } = createPublicKey(nodePrivateKey(key)).export({ format: 'jwk' })
        expect(Buffer.from(key.publicKey.x).toString('base64url')).toBe(x)
        expect(Buffer.from(key.publicKey.y).toString('base64url')).toBe(y)
      }),
      runs(10),
    )
  })
})
