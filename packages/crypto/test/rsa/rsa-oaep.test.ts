import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { bigIntToBytes, bytesToBigInt } from '../../src/encoding/bytes.ts'
import { digest, mgf1 } from '../../src/hash/hashes.ts'
import { makeRsaPublicKey } from '../../src/rsa/make-rsa-key.ts'
import { rsaOaepDecrypt, rsaOaepEncrypt } from '../../src/rsa/rsa-oaep.ts'
import { applyPublicExponent, rsaPublicNumbers } from '../../src/rsa/rsa-primitives.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { rsaTestKey, testRandom } from '../test-keys.ts'

const key = rsaTestKey(1024)
const { n, k } = rsaPublicNumbers(key)
const sha1 = { hash: 'SHA-1' } as const
const message = utf8ToBytes('order 1')

describe('rsaOaepEncrypt', () => {
  it.each([
    ['SHA-1', 86],
    ['SHA-224', 70],
    ['SHA-256', 62],
    ['SHA-384', 30],
  ] as const)('with %s and 1024 bits encrypts up to %i bytes', (hash, maximum) => {
    const random = testRandom('maximum')
    const plaintext = new Uint8Array(maximum).fill(7)
    const ciphertext = rsaOaepEncrypt(key, { hash }, plaintext, random)
    expect(rsaOaepDecrypt(key, { hash }, ciphertext)).toEqual(plaintext)
    expect(codeOf(() => rsaOaepEncrypt(key, { hash }, new Uint8Array(maximum + 1), random))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('names the maximum length in the error', () => {
    const { message: text } = refusalOf(() =>
      rsaOaepEncrypt(key, sha1, new Uint8Array(87), testRandom('text')),
    )
    expect(text).toBe('OAEP with SHA-1 and this key takes at most 86 bytes, not 87.')
  })

  it('rejects a key too short for the hash, even for an empty plaintext', () => {
    const text = 'The key is too short for OAEP with SHA-512.'
    const none = new Uint8Array(0)
    const parameters = { hash: 'SHA-512' } as const
    expect(refusalOf(() => rsaOaepEncrypt(key, parameters, none, testRandom('short')))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: text,
    })
    expect(refusalOf(() => rsaOaepDecrypt(key, parameters, new Uint8Array(k)))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: text,
    })
  })

  it('encrypts an empty plaintext', () => {
    const ciphertext = rsaOaepEncrypt(key, sha1, new Uint8Array(0), testRandom('empty'))
    expect(rsaOaepDecrypt(key, sha1, ciphertext)).toEqual(new Uint8Array(0))
  })

  it('draws the seed and nothing else', () => {
    const lengths: number[] = []
    const random = testRandom('seed')
    rsaOaepEncrypt(key, sha1, message, (length) => {
      lengths.push(length)
      return random(length)
    })
    expect(lengths).toEqual([20])
  })

  it('accepts a public key', () => {
    const publicKey = makeRsaPublicKey(n, 65537n)
    const ciphertext = rsaOaepEncrypt(publicKey, sha1, message, testRandom('public'))
    expect(rsaOaepDecrypt(key, sha1, ciphertext)).toEqual(message)
  })
})

describe('rsaOaepDecrypt', () => {
  const ciphertext = rsaOaepEncrypt(key, sha1, message, testRandom('decrypt'))

  it('needs the private part', () => {
    const publicKey = makeRsaPublicKey(n, 65537n)
    expect(codeOf(() => rsaOaepDecrypt(publicKey, sha1, ciphertext))).toBe('INVALID_ARGUMENT')
  })

  it('needs the label of the encryption', () => {
    const label = utf8ToBytes('orders')
    const labelled = rsaOaepEncrypt(key, { ...sha1, label }, message, testRandom('label'))
    expect(rsaOaepDecrypt(key, { ...sha1, label }, labelled)).toEqual(message)
    expect(codeOf(() => rsaOaepDecrypt(key, sha1, labelled))).toBe('OPERATION_FAILED')
  })

  it('needs the MGF1 hash of the encryption', () => {
    const parameters = { hash: 'SHA-256', mgfHash: 'SHA-1' } as const
    const mixed = rsaOaepEncrypt(key, parameters, message, testRandom('mgf'))
    expect(rsaOaepDecrypt(key, parameters, mixed)).toEqual(message)
    expect(codeOf(() => rsaOaepDecrypt(key, { hash: 'SHA-256' }, mixed))).toBe('OPERATION_FAILED')
  })

  it.each([
    ['one byte short', ciphertext.subarray(1)],
    ['one byte long', concatBytes(Uint8Array.of(0), ciphertext)],
    ['empty', new Uint8Array(0)],
    ['as large as n', bigIntToBytes(n, k)],
    ['all ones', new Uint8Array(k).fill(255)],
    ['zero', new Uint8Array(k)],
  ])('fails for a ciphertext that is %s', (_, altered) => {
    expect(codeOf(() => rsaOaepDecrypt(key, sha1, altered))).toBe('OPERATION_FAILED')
  })

  describe('with a handmade encoded message', () => {
    const lHash = digest('SHA-1', new Uint8Array(0))
    const rest = k - 1 - 20 - 20
    const padded = (zeros: number, ...tail: number[]) =>
      concatBytes(new Uint8Array(zeros), Uint8Array.from(tail), new Uint8Array(rest).fill(9)).slice(
        0,
        rest,
      )

    it('accepts a valid one', () => {
      expect(rsaOaepDecrypt(key, sha1, encoded(0, lHash, padded(rest - 2, 1)))).toEqual(
        Uint8Array.of(9),
      )
    })

    it('accepts one without padding', () => {
      expect(rsaOaepDecrypt(key, sha1, encoded(0, lHash, padded(0, 1)))).toHaveLength(rest - 1)
    })

    it.each([
      ['a first byte that is not 0', encoded(1, lHash, padded(rest - 2, 1))],
      ['another label', encoded(0, new Uint8Array(20), padded(rest - 2, 1))],
      ['no byte 01', encoded(0, lHash, new Uint8Array(rest))],
      ['another byte before 01', encoded(0, lHash, padded(rest - 3, 2, 1))],
      ['everything wrong', encoded(2, new Uint8Array(20), new Uint8Array(rest).fill(3))],
    ])('throws the same error for %s', (_, altered) => {
      expect(refusalOf(() => rsaOaepDecrypt(key, sha1, altered))).toEqual({
        code: 'OPERATION_FAILED',
        message: 'The operation failed.',
      })
    })
  })
})

/** RFC 8017 section 7.1.1 steps 2.e to 4, with any first byte, label and padding. */
function encoded(first: number, lHash: Uint8Array, padding: Uint8Array): Uint8Array {
  const xor = (a: Uint8Array, b: Uint8Array) => a.map((byte, i) => byte ^ (b[i] ?? 0))
  const seed = new Uint8Array(20).fill(5)
  const db = concatBytes(lHash, padding)
  const maskedDb = xor(db, mgf1('SHA-1', seed, db.length))
  const em = concatBytes(Uint8Array.of(first), xor(seed, mgf1('SHA-1', maskedDb, 20)), maskedDb)
  return bigIntToBytes(applyPublicExponent(key, bytesToBigInt(em)), k)
}
