import { createPublicKey, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ecdsaSign, ecdsaVerify } from '../../src/ec/ecdsa.ts'
import type { HashName } from '../../src/hash/hashes.ts'
import { digest } from '../../src/hash/hashes.ts'
import type { CurveName, EcKey } from '../../src/key-material.ts'
import { generateKey } from '../../src/keys/generate-key.ts'
import { createHmacDrbg } from '../../src/random/hmac-drbg.ts'
import { flipped } from '../flip.ts'
import { runs } from '../runs.ts'
import { ecTestKey, nodePrivateKey } from '../test-keys.ts'

const curves = fc.constantFrom<CurveName>('P-256', 'P-384', 'P-521', 'P-256K')
const hashes = fc.constantFrom<HashName>('SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512')
const seeds = fc.uint8Array({ minLength: 1, maxLength: 32 })
const messages = fc.uint8Array({ maxLength: 40 })
const dsaEncoding = 'ieee-p1363'

describe('ECDSA', () => {
  it('signatures verify in node:crypto, and those of node:crypto verify here, with every curve and hash', () => {
    fc.assert(
      fc.property(curves, hashes, seeds, messages, (crv, hash, seed, message) => {
        const random = createHmacDrbg(seed)
        const key = generateKey({ kty: 'EC', crv }, random) as EcKey
        const privateKey = nodePrivateKey(key)
        const hashed = digest(hash, message)
        const ours = ecdsaSign(key, hash, hashed, random)
        const publicKey = createPublicKey(privateKey)
        expect(nodeVerify(hash, message, { key: publicKey, dsaEncoding }, ours)).toBe(true)
        const theirs = nodeSign(hash, message, { key: privateKey, dsaEncoding })
        expect(ecdsaVerify(key, hashed, theirs)).toBe(true)
      }),
      runs(40),
    )
  })

  it('one flipped bit anywhere does not verify', () => {
    fc.assert(
      fc.property(curves, seeds, fc.nat(), (crv, seed, bit) => {
        const key = ecTestKey(crv)
        const hashed = digest('SHA-256', seed)
        const signature = ecdsaSign(key, 'SHA-256', hashed, createHmacDrbg(seed))
        expect(ecdsaVerify(key, hashed, flipped(signature, bit))).toBe(false)
        expect(ecdsaVerify(key, flipped(hashed, bit), signature)).toBe(false)
      }),
      runs(30),
    )
  })

  it('does not change its inputs', () => {
    const key = ecTestKey('P-256')
    fc.assert(
      fc.property(seeds, (seed) => {
        const hashed = digest('SHA-256', seed)
        const before = Uint8Array.from(hashed)
        const signature = ecdsaSign(key, 'SHA-256', hashed, createHmacDrbg(seed))
        const kept = Uint8Array.from(signature)
        ecdsaVerify(key, hashed, signature)
        expect([hashed, signature]).toEqual([before, kept])
      }),
      runs(10),
    )
  })
})
