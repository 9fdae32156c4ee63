import { createCipheriv, createDecipheriv } from 'node:crypto'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aesCbcDecrypt, aesCbcEncrypt } from '../../src/aes/aes-cbc.ts'
import { aesGcmDecrypt, aesGcmEncrypt } from '../../src/aes/aes-gcm.ts'
import { aesKwpUnwrap, aesKwpWrap, aesKwUnwrap, aesKwWrap } from '../../src/aes/aes-key-wrap.ts'
import { flipped } from '../flip.ts'
import { codeOf } from '../refusal.ts'
import { runs } from '../runs.ts'

const bytes = (maxLength: number, minLength = 0) => fc.uint8Array({ minLength, maxLength })
const exactly = (length: number) => bytes(length, length)
const aesKeys = fc.constantFrom(16, 24, 32).chain(exactly)
const bits = fc.nat()
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

describe('AES-GCM', () => {
  const ivs = fc.oneof(exactly(12), bytes(64, 8))

  it('is the one of node:crypto, both ways, for every length of IV and tag', () => {
    fc.assert(
      fc.property(
        aesKeys,
        ivs,
        bytes(40),
        bytes(100),
        fc.integer({ min: 12, max: 16 }),
        (key, iv, aad, plaintext, authTagLength) => {
          const name = `aes-${8 * key.length}-gcm` as 'aes-256-gcm'
          const cipher = createCipheriv(name, key, iv, { authTagLength }).setAAD(aad)
          const theirs = joined(cipher.update(plaintext), cipher.final())
          const tag = new Uint8Array(cipher.getAuthTag())
          const tagLength = authTagLength
          const ours = aesGcmEncrypt(key, plaintext, { iv, aad, tagLength })
          expect(ours).toEqual({ ciphertext: theirs, tag })
          expect(aesGcmDecrypt(key, theirs, { iv, aad, tag })).toEqual(plaintext)
        },
      ),
      runs(100),
    )
  })

  it('one flipped bit anywhere fails', () => {
    fc.assert(
      fc.property(
        aesKeys,
        exactly(12),
        bytes(9, 1),
        bytes(40, 1),
        bits,
        (key, iv, aad, text, bit) => {
          const { ciphertext, tag } = aesGcmEncrypt(key, text, { iv, aad })
          const failures = [
            () => aesGcmDecrypt(flipped(key, bit), ciphertext, { iv, aad, tag }),
            () => aesGcmDecrypt(key, flipped(ciphertext, bit), { iv, aad, tag }),
            () => aesGcmDecrypt(key, ciphertext, { iv: flipped(iv, bit), aad, tag }),
            () => aesGcmDecrypt(key, ciphertext, { iv, aad: flipped(aad, bit), tag }),
            () => aesGcmDecrypt(key, ciphertext, { iv, aad, tag: flipped(tag, bit) }),
            () => aesGcmDecrypt(key, ciphertext, { iv, aad, tag: flipped(tag.slice(0, 12), bit) }),
          ]
          for (const call of failures) expect(codeOf(call)).toBe('OPERATION_FAILED')
        },
      ),
      runs(60),
    )
  })
})

describe('AES-CBC', () => {
  it('with PKCS#7 is the one of node:crypto, both ways', () => {
    fc.assert(
      fc.property(aesKeys, exactly(16), bytes(100), (key, iv, plaintext) => {
        const cipher = createCipheriv(`aes-${8 * key.length}-cbc`, key, iv)
        const theirs = joined(cipher.update(plaintext), cipher.final())
        const parameters = { iv, padding: 'pkcs7' } as const
        expect(aesCbcEncrypt(key, plaintext, parameters)).toEqual(theirs)
        expect(aesCbcDecrypt(key, theirs, parameters)).toEqual(plaintext)
      }),
      runs(100),
    )
  })

  it('with zeros gives back the plaintext and fewer than 16 zeros', () => {
    fc.assert(
      fc.property(aesKeys, exactly(16), bytes(100, 1), (key, iv, plaintext) => {
        const parameters = { iv, padding: 'zero' } as const
        const ciphertext = aesCbcEncrypt(key, plaintext, parameters)
        const decrypted = aesCbcDecrypt(key, ciphertext, parameters)
        const added = decrypted.subarray(plaintext.length)
        expect(ciphertext.length - plaintext.length).toBeLessThan(16)
        expect(decrypted.slice(0, plaintext.length)).toEqual(plaintext)
        expect(added.every((byte) => byte === 0)).toBe(true)
      }),
      runs(60),
    )
  })

  it('opens any whole blocks as node:crypto does', () => {
    fc.assert(
      fc.property(
        aesKeys,
        exactly(16),
        fc.integer({ min: 1, max: 4 }).chain((n) => exactly(16 * n)),
        (key, iv, ciphertext) => {
          const decipher = createDecipheriv(`aes-${8 * key.length}-cbc`, key, iv).setAutoPadding(
            false,
          )
          const theirs = joined(decipher.update(ciphertext), decipher.final())
          expect(aesCbcDecrypt(key, ciphertext, { iv, padding: 'none' })).toEqual(theirs)
        },
      ),
      runs(60),
    )
  })
})

describe('AES key wrap', () => {
  const KW_IV = Buffer.alloc(8, 0xa6)
  const KWP_IV = Buffer.from('a65959a6', 'hex')

  it('KW is the one of node:crypto, both ways', () => {
    const data = fc.integer({ min: 2, max: 20 }).chain((n) => exactly(8 * n))
    fc.assert(
      fc.property(aesKeys, data, (kek, keyData) => {
        const cipher = createCipheriv(`id-aes${8 * kek.length}-wrap`, kek, KW_IV)
        const theirs = joined(cipher.update(keyData), cipher.final())
        expect(aesKwWrap(kek, keyData)).toEqual(theirs)
        expect(aesKwUnwrap(kek, theirs)).toEqual(keyData)
      }),
      runs(60),
    )
  })

  it('KWP is the one of node:crypto, for every length from 1 to 256', () => {
    for (let length = 1; length <= 256; length++) {
      const kek = new Uint8Array([16, 24, 32][length % 3] ?? 16).fill(length)
      const keyData = Uint8Array.from({ length }, (_, i) => (length * i + 1) % 256)
      const cipher = createCipheriv(`id-aes${8 * kek.length}-wrap-pad`, kek, KWP_IV)
      const theirs = joined(cipher.update(keyData), cipher.final())
      expect(theirs).toHaveLength(8 * Math.ceil(length / 8) + 8)
      expect(aesKwpWrap(kek, keyData)).toEqual(theirs)
      expect(aesKwpUnwrap(kek, theirs)).toEqual(keyData)
    }
  })

  it('one flipped bit anywhere fails', () => {
    const data = fc.integer({ min: 2, max: 8 }).chain((n) => exactly(8 * n))
    fc.assert(
      fc.property(aesKeys, data, bytes(40, 1), bits, (kek, keyData, any, bit) => {
        const kw = aesKwWrap(kek, keyData)
        const kwp = aesKwpWrap(kek, any)
        for (const call of [
          () => aesKwUnwrap(kek, flipped(kw, bit)),
          () => aesKwUnwrap(flipped(kek, bit), kw),
          () => aesKwpUnwrap(kek, flipped(kwp, bit)),
          () => aesKwpUnwrap(flipped(kek, bit), kwp),
        ]) {
          expect(codeOf(call)).toBe('OPERATION_FAILED')
        }
      }),
      runs(60),
    )
  })
})

it('no mode changes its inputs', () => {
  fc.assert(
    fc.property(aesKeys, exactly(16), bytes(40, 16), (key, iv, text) => {
      const data = text.subarray(0, 16)
      const before = [key, iv, text].map((value) => Uint8Array.from(value))
      const gcm = aesGcmEncrypt(key, text, { iv, aad: iv })
      const cbc = aesCbcEncrypt(key, text, { iv, padding: 'pkcs7' })
      const kw = aesKwWrap(key, data)
      const kwp = aesKwpWrap(key, text)
      const made = [gcm.ciphertext, gcm.tag, cbc, kw, kwp]
      const kept = made.map((value) => Uint8Array.from(value))
      aesGcmDecrypt(key, gcm.ciphertext, { iv, aad: iv, tag: gcm.tag })
      aesCbcDecrypt(key, cbc, { iv, padding: 'pkcs7' })
      aesKwUnwrap(key, kw)
      aesKwpUnwrap(key, kwp)
      expect([key, iv, text, ...made]).toEqual([...before, ...kept])
    }),
    runs(30),
  )
})

it('a view into a longer array works as well', () => {
  const whole = utf8ToBytes('xxxsixteen bytes!!yyy')
  const text = whole.subarray(3, 19)
  const key = new Uint8Array(16)
  const aligned = Uint8Array.from(text)
  expect(aesKwWrap(key, text)).toEqual(aesKwWrap(key, aligned))
  expect(aesKwpWrap(key, text)).toEqual(aesKwpWrap(key, aligned))
  expect(aesGcmEncrypt(text, text, { iv: text })).toEqual(
    aesGcmEncrypt(aligned, aligned, { iv: aligned }),
  )
  const parameters = { iv: text, padding: 'pkcs7' } as const
  expect(aesCbcEncrypt(text, text, parameters)).toEqual(aesCbcEncrypt(aligned, aligned, parameters))
})
