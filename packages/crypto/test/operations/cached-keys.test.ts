import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { AES_ALGORITHMS, HMAC_ALGORITHMS } from '../../src/algorithms/algorithms.ts'
import { hmac } from '../../src/hash/hashes.ts'
import { keyedHmac } from '../../src/hash/hmac-key.ts'
import { makeOctKey } from '../../src/keys/make-oct-key.ts'
import { decrypt } from '../../src/operations/decrypt.ts'
import { encrypt } from '../../src/operations/encrypt.ts'
import { sign } from '../../src/operations/sign.ts'
import { codeOf } from '../refusal.ts'

const bytes = (first: number, length = 32) =>
  Uint8Array.from({ length }, (_, index) => first + index)
const random = (length: number) => bytes(7, length)
const { A256GCM } = AES_ALGORITHMS
const { HS256 } = HMAC_ALGORITHMS

describe('a key value that has been used', () => {
  it('does not affect another key', () => {
    const [one, other] = [makeOctKey(bytes(1)), makeOctKey(bytes(2))]
    const sealed = encrypt(one, A256GCM, bytes(0, 20), {}, random)
    expect(encrypt(other, A256GCM, bytes(0, 20), {}, random)).not.toEqual(sealed)
    expect(encrypt(one, A256GCM, bytes(0, 20), {}, random)).toEqual(sealed)
    const { ciphertext, ...parameters } = sealed
    expect(decrypt(makeOctKey(bytes(1)), A256GCM, ciphertext, parameters)).toEqual(bytes(0, 20))
  })

  it('is still not printed', () => {
    const key = makeOctKey(bytes(1))
    const inspected = inspect(key, { depth: null, showHidden: true })
    encrypt(key, A256GCM, bytes(0, 20), {}, random)
    sign(key, HS256, bytes(0, 20), random)
    expect(inspect(key, { depth: null, showHidden: true })).toBe(inspected)
  })

  it('returns the same HMAC each time, with every hash in turn', () => {
    const key = makeOctKey(bytes(1, 200))
    for (const message of [bytes(0, 0), bytes(3, 64), bytes(5, 300)]) {
      for (const hash of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const) {
        const expected = hmac(hash, bytes(1, 200), message)
        expect(keyedHmac(key, hash, message)).toEqual(expected)
        expect(keyedHmac(key, hash, message)).toEqual(expected)
      }
    }
  })

  it('is rejected by GCM if it is not an AES key', () => {
    expect(codeOf(() => encrypt(makeOctKey(bytes(1, 20)), A256GCM, bytes(0, 20), {}, random))).toBe(
      'INVALID_ARGUMENT',
    )
  })
})
