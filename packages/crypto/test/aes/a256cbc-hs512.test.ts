/** Includes the vector of RFC 7518 appendix B.3. */

import { createCipheriv, createHmac } from 'node:crypto'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decryptA256CbcHs512, encryptA256CbcHs512 } from '../../src/aes/a256cbc-hs512.ts'
import { flipped } from '../flip.ts'
import { codeOf } from '../refusal.ts'
import { runs } from '../runs.ts'

const key = Uint8Array.from({ length: 64 }, (_, i) => i)
const iv = hexToBytes('1af38c2dc2b96ffdd86694092341bc04')
const aad = utf8ToBytes('The second principle of Auguste Kerckhoffs')
const plaintext = utf8ToBytes(
  'A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without inconvenience',
)
const { ciphertext, tag } = encryptA256CbcHs512(key, iv, aad, plaintext)

describe('RFC 7518 appendix B.3', () => {
  it('encrypts', () => {
    expect(bytesToHex(ciphertext)).toBe(
      '4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd822c301dd67c373bccb584ad3e9279c2e6d12a1374b77f077553df829410446b36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28c73f09b3a3b75e662a2594410ae496b2e2e6609e31e6e02cc837f053d21f37ff4f51950bbe2638d09dd7a4930930806d0703b1f6',
    )
    expect(bytesToHex(tag)).toBe('4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5')
  })

  it('decrypts', () => {
    expect(decryptA256CbcHs512(key, iv, aad, ciphertext, tag)).toEqual(plaintext)
  })
})

describe('A256CBC-HS512', () => {
  it.each([0, 32, 63, 65])('rejects a key of %i bytes', (length) => {
    const wrong = new Uint8Array(length)
    expect(codeOf(() => encryptA256CbcHs512(wrong, iv, aad, plaintext))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => decryptA256CbcHs512(wrong, iv, aad, ciphertext, tag))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it.each([0, 12, 17])('rejects to encrypt with an IV of %i bytes', (length) => {
    expect(codeOf(() => encryptA256CbcHs512(key, new Uint8Array(length), aad, plaintext))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it.each([0, 16, 31, 33, 64])('fails for a tag of %i bytes', (length) => {
    const wrong = Uint8Array.from({ length }, (_, i) => tag[i] ?? 0)
    expect(codeOf(() => decryptA256CbcHs512(key, iv, aad, ciphertext, wrong))).toBe(
      'OPERATION_FAILED',
    )
  })

  it('fails where bytes moved from the AAD to the IV', () => {
    const moved = Uint8Array.of(...aad.subarray(-1), ...iv)
    expect(codeOf(() => decryptA256CbcHs512(key, moved, aad.slice(0, -1), ciphertext, tag))).toBe(
      'OPERATION_FAILED',
    )
  })

  it('is AES-CBC and HMAC of node:crypto put together', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
    const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
    fc.assert(
      fc.property(exactly(64), exactly(16), bytes(50), bytes(80), (k, i, a, p) => {
        const cipher = createCipheriv('aes-256-cbc', k.subarray(32), i)
        const e = Buffer.concat([cipher.update(p), cipher.final()])
        const al = Buffer.alloc(8)
        al.writeBigUInt64BE(BigInt(8 * a.length))
        const mac = createHmac('sha512', k.subarray(0, 32)).update(a).update(i).update(e).update(al)
        const theirs = {
          ciphertext: new Uint8Array(e),
          tag: new Uint8Array(mac.digest().subarray(0, 32)),
        }
        expect(encryptA256CbcHs512(k, i, a, p)).toEqual(theirs)
        expect(decryptA256CbcHs512(k, i, a, theirs.ciphertext, theirs.tag)).toEqual(p)
      }),
      runs(50),
    )
  })

  it('one flipped bit anywhere fails', () => {
    fc.assert(
      fc.property(fc.nat(), (bit) => {
        for (const call of [
          () => decryptA256CbcHs512(flipped(key, bit % 256), iv, aad, ciphertext, tag),
          () => decryptA256CbcHs512(key, flipped(iv, bit), aad, ciphertext, tag),
          () => decryptA256CbcHs512(key, iv, flipped(aad, bit), ciphertext, tag),
          () => decryptA256CbcHs512(key, iv, aad, flipped(ciphertext, bit), tag),
          () => decryptA256CbcHs512(key, iv, aad, ciphertext, flipped(tag, bit)),
        ]) {
          expect(codeOf(call)).toBe('OPERATION_FAILED')
        }
      }),
      runs(50),
    )
  })

  it('does not change its inputs', () => {
    const inputs = [key, iv, aad, plaintext, ciphertext, tag]
    const before = inputs.map((value) => Uint8Array.from(value))
    encryptA256CbcHs512(key, iv, aad, plaintext)
    decryptA256CbcHs512(key, iv, aad, ciphertext, tag)
    expect(inputs).toEqual(before)
  })
})
