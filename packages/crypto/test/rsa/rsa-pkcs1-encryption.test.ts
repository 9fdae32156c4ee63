import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { bigIntToBytes, bytesToBigInt } from '../../src/encoding/bytes.ts'
import { makeRsaPublicKey } from '../../src/rsa/make-rsa-key.ts'
import { rsaPkcs1Decrypt, rsaPkcs1Encrypt } from '../../src/rsa/rsa-pkcs1-encryption.ts'
import {
  applyPrivateExponent,
  applyPublicExponent,
  rsaPublicNumbers,
} from '../../src/rsa/rsa-primitives.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { rsaTestKey, testRandom } from '../test-keys.ts'

const key = rsaTestKey(1024)
const { n, k } = rsaPublicNumbers(key)
const message = utf8ToBytes('order 1')

describe('rsaPkcs1Encrypt', () => {
  it('encrypts up to k - 11 bytes', () => {
    const random = testRandom('maximum')
    const plaintext = new Uint8Array(k - 11).fill(7)
    expect(rsaPkcs1Decrypt(key, rsaPkcs1Encrypt(key, plaintext, random))).toEqual(plaintext)
    expect(refusalOf(() => rsaPkcs1Encrypt(key, new Uint8Array(k - 10), random))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: 'PKCS#1 v1.5 with this key takes at most 117 bytes, not 118.',
    })
  })

  it('encrypts an empty plaintext', () => {
    const ciphertext = rsaPkcs1Encrypt(key, new Uint8Array(0), testRandom('empty'))
    expect(rsaPkcs1Decrypt(key, ciphertext)).toEqual(new Uint8Array(0))
  })

  it('replaces zeros, in one draw for all of them', () => {
    const lengths: number[] = []
    const ciphertext = rsaPkcs1Encrypt(key, message, (length) => {
      lengths.push(length)
      return new Uint8Array(length).fill(8).fill(0, 0, lengths.length === 1 ? 5 : 0)
    })
    expect(lengths).toEqual([k - 3 - message.length, 5])
    const em = bigIntToBytes(applyPrivateExponent(key, bytesToBigInt(ciphertext)), k)
    expect(em.subarray(2, k - message.length - 1).every((byte) => byte === 8)).toBe(true)
  })

  it('rejects a source of zeros instead of drawing forever', () => {
    expect(codeOf(() => rsaPkcs1Encrypt(key, message, (length) => new Uint8Array(length)))).toBe(
      'INVALID_ARGUMENT',
    )
  })
})

describe('rsaPkcs1Decrypt', () => {
  const ciphertext = rsaPkcs1Encrypt(key, message, testRandom('decrypt'))

  it('needs the private part', () => {
    const publicKey = makeRsaPublicKey(n, 65537n)
    expect(codeOf(() => rsaPkcs1Decrypt(publicKey, ciphertext))).toBe('INVALID_ARGUMENT')
  })

  it.each([
    ['one byte short', ciphertext.subarray(1)],
    ['one byte long', concatBytes(Uint8Array.of(0), ciphertext)],
    ['empty', new Uint8Array(0)],
    ['as large as n', bigIntToBytes(n, k)],
    ['zero', new Uint8Array(k)],
  ])('fails for a ciphertext that is %s', (_, altered) => {
    expect(codeOf(() => rsaPkcs1Decrypt(key, altered))).toBe('OPERATION_FAILED')
  })

  it('accepts eight bytes of padding', () => {
    expect(rsaPkcs1Decrypt(key, encoded(0, 2, 8))).toHaveLength(k - 11)
  })

  it('accepts a message that starts with zero', () => {
    const em = [0, 2, ...new Array(8).fill(1), 0, 0, ...new Array(k - 12).fill(4)]
    expect(rsaPkcs1Decrypt(key, ciphertextOf(em))[0]).toBe(0)
  })

  it.each([
    ['a first byte that is not 0', encoded(1, 2, 8)],
    ['a second byte that is not 2', encoded(0, 1, 8)],
    ['seven bytes of padding', encoded(0, 2, 7)],
    ['no padding', encoded(0, 2, 0)],
    ['no end of the padding', encoded(0, 2, k - 2)],
    ['everything wrong', encoded(1, 1, 3)],
  ])('throws the same error for %s', (_, altered) => {
    expect(refusalOf(() => rsaPkcs1Decrypt(key, altered))).toEqual({
      code: 'OPERATION_FAILED',
      message: 'The operation failed.',
    })
  })
})

/** Encrypts any encoded message: two bytes, padding, a zero and the message, cut to k bytes. */
function encoded(first: number, second: number, padding: number): Uint8Array {
  const head = [first, second, ...new Array<number>(padding).fill(1), 0]
  const em = [...head, ...new Array<number>(k).fill(4)].slice(0, k)
  return ciphertextOf(em)
}

function ciphertextOf(em: readonly number[]): Uint8Array {
  return bigIntToBytes(applyPublicExponent(key, bytesToBigInt(Uint8Array.from(em))), k)
}
