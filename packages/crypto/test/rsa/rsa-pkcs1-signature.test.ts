import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { bigIntToBytes, bytesToBigInt } from '../../src/encoding/bytes.ts'
import { digest } from '../../src/hash/hashes.ts'
import { makeRsaPublicKey } from '../../src/rsa/make-rsa-key.ts'
import { rsaPkcs1Sign, rsaPkcs1Verify } from '../../src/rsa/rsa-pkcs1-signature.ts'
import { applyPrivateExponent, rsaPublicNumbers } from '../../src/rsa/rsa-primitives.ts'
import { codeOf } from '../refusal.ts'
import { rsaTestKey } from '../test-keys.ts'

const key = rsaTestKey(1024)
const { n, k } = rsaPublicNumbers(key)
const hashed = digest('SHA-256', utf8ToBytes('order 1'))
const signature = rsaPkcs1Sign(key, 'SHA-256', hashed)

describe('rsaPkcs1Sign', () => {
  it('is deterministic', () => {
    expect(rsaPkcs1Sign(key, 'SHA-256', hashed)).toEqual(signature)
  })

  it.each([31, 33, 0])('rejects a digest of %i bytes', (length) => {
    expect(codeOf(() => rsaPkcs1Sign(key, 'SHA-256', new Uint8Array(length)))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it.each([0, 1, 36, 117])('without a hash signs %i bytes directly', (length) => {
    const bytes = new Uint8Array(length).fill(3)
    const signed = rsaPkcs1Sign(key, undefined, bytes)
    expect(rsaPkcs1Verify(key, undefined, bytes, signed)).toBe(true)
  })

  it('without a hash rejects more than k - 11 bytes', () => {
    expect(codeOf(() => rsaPkcs1Sign(key, undefined, new Uint8Array(k - 10)))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('needs the private part', () => {
    expect(codeOf(() => rsaPkcs1Sign(makeRsaPublicKey(n, 65537n), 'SHA-256', hashed))).toBe(
      'INVALID_ARGUMENT',
    )
  })
})

describe('rsaPkcs1Verify', () => {
  const signed = (em: Uint8Array) => bigIntToBytes(applyPrivateExponent(key, bytesToBigInt(em)), k)
  const padded = (t: Uint8Array) =>
    concatBytes(
      Uint8Array.of(0, 1),
      new Uint8Array(k - 3 - t.length).fill(255),
      Uint8Array.of(0),
      t,
    )
  const prefix = hexToBytes('3031300d060960864801650304020105000420')

  it('accepts a public key', () => {
    expect(rsaPkcs1Verify(makeRsaPublicKey(n, 65537n), 'SHA-256', hashed, signature)).toBe(true)
  })

  it('accepts a handmade encoded message', () => {
    const em = padded(concatBytes(prefix, hashed))
    expect(rsaPkcs1Verify(key, 'SHA-256', hashed, signed(em))).toBe(true)
  })

  it.each([
    ['one byte short', signature.subarray(1)],
    ['one byte long', concatBytes(Uint8Array.of(0), signature)],
    ['empty', new Uint8Array(0)],
    ['not below n', bigIntToBytes(bytesToBigInt(signature) + n, k + 1).subarray(1)],
    ['zero', new Uint8Array(k)],
  ])('a signature that is %s does not verify', (_, altered) => {
    expect(rsaPkcs1Verify(key, 'SHA-256', hashed, altered)).toBe(false)
  })

  it.each([
    ['the digest of another hash', rsaPkcs1Sign(key, 'SHA-1', hashed.subarray(0, 20))],
    ['no DigestInfo', rsaPkcs1Sign(key, undefined, hashed)],
    [
      'a DigestInfo without NULL',
      signed(
        padded(
          concatBytes(hexToBytes('302f300b0609608648016503040201'), hexToBytes('0420'), hashed),
        ),
      ),
    ],
    [
      'bytes behind the digest (Bleichenbacher 2006)',
      signed(
        concatBytes(
          hexToBytes('0001ffffffffffffffff00'),
          prefix,
          hashed,
          new Uint8Array(k - 11 - prefix.length - 32),
        ),
      ),
    ],
    [
      'padding of zeros',
      signed(
        concatBytes(
          Uint8Array.of(0, 1),
          new Uint8Array(k - 2 - prefix.length - 32),
          prefix,
          hashed,
        ),
      ),
    ],
    [
      'block type 2',
      signed(concatBytes(Uint8Array.of(0, 2), padded(concatBytes(prefix, hashed)).subarray(2))),
    ],
  ])('%s does not verify', (_, altered) => {
    expect(rsaPkcs1Verify(key, 'SHA-256', hashed, altered)).toBe(false)
  })

  it.each([31, 33])('rejects a digest of %i bytes', (length) => {
    expect(codeOf(() => rsaPkcs1Verify(key, 'SHA-256', new Uint8Array(length), signature))).toBe(
      'INVALID_ARGUMENT',
    )
  })
})
