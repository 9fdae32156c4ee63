import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { bigIntToBytes, bytesToBigInt } from '../../src/encoding/bytes.ts'
import { digest } from '../../src/hash/hashes.ts'
import { makeRsaPublicKey } from '../../src/rsa/make-rsa-key.ts'
import {
  applyPrivateExponent,
  applyPublicExponent,
  rsaPublicNumbers,
} from '../../src/rsa/rsa-primitives.ts'
import { rsaPssSign, rsaPssVerify } from '../../src/rsa/rsa-pss.ts'
import { codeOf } from '../refusal.ts'
import { rsaTestKey, testRandom } from '../test-keys.ts'

const key = rsaTestKey(1024)
const { n, k } = rsaPublicNumbers(key)
const sha256 = { hash: 'SHA-256' } as const
const hashed = digest('SHA-256', utf8ToBytes('order 1'))
const signature = rsaPssSign(key, sha256, hashed, testRandom('pss'))

describe('rsaPssSign', () => {
  it('defaults to a salt as long as the digest, in one draw', () => {
    const lengths: number[] = []
    const random = testRandom('pss')
    const again = rsaPssSign(key, sha256, hashed, (length) => {
      lengths.push(length)
      return random(length)
    })
    expect(lengths).toEqual([32])
    expect(again).toEqual(signature)
  })

  it.each([0, 1, 62, 94])('accepts a salt of %i bytes', (saltLength) => {
    const parameters = { ...sha256, saltLength }
    const signed = rsaPssSign(key, parameters, hashed, testRandom('salt'))
    expect(signed).toHaveLength(k)
    expect(rsaPssVerify(key, parameters, hashed, signed)).toBe(true)
  })

  it.each([95, -1, 1.5])('rejects a salt of %d bytes', (saltLength) => {
    const parameters = { ...sha256, saltLength }
    expect(codeOf(() => rsaPssSign(key, parameters, hashed, testRandom('salt')))).toBe(
      'INVALID_ARGUMENT',
    )
    expect(codeOf(() => rsaPssVerify(key, parameters, hashed, signature))).toBe('INVALID_ARGUMENT')
  })

  it('rejects a key too short for hash and salt', () => {
    const parameters = { hash: 'SHA-512' } as const
    expect(codeOf(() => rsaPssSign(key, parameters, new Uint8Array(64), testRandom('x')))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it.each([31, 33, 0])('rejects a digest of %i bytes', (length) => {
    expect(codeOf(() => rsaPssSign(key, sha256, new Uint8Array(length), testRandom('x')))).toBe(
      'INVALID_ARGUMENT',
    )
    expect(codeOf(() => rsaPssVerify(key, sha256, new Uint8Array(length), signature))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('needs the private part', () => {
    const publicKey = makeRsaPublicKey(n, 65537n)
    expect(codeOf(() => rsaPssSign(publicKey, sha256, hashed, testRandom('x')))).toBe(
      'INVALID_ARGUMENT',
    )
  })
})

describe('rsaPssVerify', () => {
  it('accepts a public key', () => {
    expect(rsaPssVerify(makeRsaPublicKey(n, 65537n), sha256, hashed, signature)).toBe(true)
  })

  it.each([
    ['one byte short', signature.subarray(1)],
    ['one byte long', concatBytes(Uint8Array.of(0), signature)],
    ['empty', new Uint8Array(0)],
    ['not below n', bigIntToBytes(n, k)],
    ['zero', new Uint8Array(k)],
  ])('a signature that is %s does not verify', (_, altered) => {
    expect(rsaPssVerify(key, sha256, hashed, altered)).toBe(false)
  })

  it('a signature of another digest does not verify', () => {
    expect(rsaPssVerify(key, sha256, new Uint8Array(32), signature)).toBe(false)
  })

  it.each([0, 31, 33])('a salt of 32 bytes does not verify as one of %i', (saltLength) => {
    expect(rsaPssVerify(key, { ...sha256, saltLength }, hashed, signature)).toBe(false)
  })

  it('another MGF1 hash does not verify', () => {
    const mixed = { ...sha256, mgfHash: 'SHA-1' } as const
    expect(rsaPssVerify(key, mixed, hashed, signature)).toBe(false)
    const signed = rsaPssSign(key, mixed, hashed, testRandom('mgf'))
    expect(rsaPssVerify(key, mixed, hashed, signed)).toBe(true)
  })

  it('another trailer does not verify', () => {
    const em = bigIntToBytes(bytesToBigInt(emOf(signature)) ^ 1n, k)
    expect(rsaPssVerify(key, sha256, hashed, signatureOf(em))).toBe(false)
  })

  it('a set bit above the encoded message does not verify', () => {
    // With some salt, the encoded message with one more bit is still below n.
    const random = testRandom('left')
    const raised = () => {
      const em = emOf(rsaPssSign(key, sha256, hashed, random))
      em[0] = (em[0] ?? 0) | 0x80
      return em
    }
    const em = Array.from({ length: 50 }, raised).find((bytes) => bytesToBigInt(bytes) < n)
    if (em === undefined) throw new Error('No encoded message is below n.')
    expect(rsaPssVerify(key, sha256, hashed, signatureOf(em))).toBe(false)
  })

  it('padding other than zeros does not verify', () => {
    const em = emOf(signature)
    em[1] = (em[1] ?? 0) ^ 1
    expect(rsaPssVerify(key, sha256, hashed, signatureOf(em))).toBe(false)
  })
})

const emOf = (signed: Uint8Array) =>
  bigIntToBytes(applyPublicExponent(key, bytesToBigInt(signed)), k)

const signatureOf = (em: Uint8Array) =>
  bigIntToBytes(applyPrivateExponent(key, bytesToBigInt(em)), k)
