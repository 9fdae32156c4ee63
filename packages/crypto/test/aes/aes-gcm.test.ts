import { utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { aesGcmDecrypt, aesGcmEncrypt } from '../../src/aes/aes-gcm.ts'
import { codeOf } from '../refusal.ts'

const key = new Uint8Array(32).fill(1)
const iv = new Uint8Array(12).fill(2)
const plaintext = utf8ToBytes('order 1')
const aad = utf8ToBytes('orders')
const { ciphertext, tag } = aesGcmEncrypt(key, plaintext, { iv, aad })

describe('aesGcmEncrypt', () => {
  it('encrypts an empty plaintext to a tag', () => {
    const sealed = aesGcmEncrypt(key, new Uint8Array(0), { iv })
    expect([sealed.ciphertext.length, sealed.tag.length]).toEqual([0, 16])
  })

  it('returns arrays that share no memory', () => {
    expect([ciphertext.buffer.byteLength, tag.buffer.byteLength]).toEqual([7, 16])
  })

  it.each([12, 13, 14, 15])('a tag of %i bytes is the beginning of the whole one', (tagLength) => {
    const short = aesGcmEncrypt(key, plaintext, { iv, aad, tagLength })
    expect(short.tag).toEqual(tag.slice(0, tagLength))
  })

  it.each([0, 4, 8, 11, 17, 12.5])('rejects a tag of %d bytes', (tagLength) => {
    expect(codeOf(() => aesGcmEncrypt(key, plaintext, { iv, tagLength }))).toBe('INVALID_ARGUMENT')
  })

  it('rejects an IV of no bytes', () => {
    const none = new Uint8Array(0)
    expect(codeOf(() => aesGcmEncrypt(key, plaintext, { iv: none }))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => aesGcmDecrypt(key, ciphertext, { iv: none, tag }))).toBe('INVALID_ARGUMENT')
  })

  it.each([0, 15, 17, 33, 64])('rejects a key of %i bytes', (length) => {
    const wrong = new Uint8Array(length)
    expect(codeOf(() => aesGcmEncrypt(wrong, plaintext, { iv }))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => aesGcmDecrypt(wrong, ciphertext, { iv, tag }))).toBe('INVALID_ARGUMENT')
  })
})

describe('aesGcmDecrypt', () => {
  it('takes no AAD as empty AAD', () => {
    const sealed = aesGcmEncrypt(key, plaintext, { iv })
    const parameters = { iv, aad: new Uint8Array(0), tag: sealed.tag }
    expect(aesGcmDecrypt(key, sealed.ciphertext, parameters)).toEqual(plaintext)
  })

  it.each([12, 13, 14, 15, 16])('opens with the first %i bytes of the tag', (tagLength) => {
    const short = tag.slice(0, tagLength)
    expect(aesGcmDecrypt(key, ciphertext, { iv, aad, tag: short })).toEqual(plaintext)
  })

  it.each([12, 16])('fails for another tag of %i bytes', (tagLength) => {
    const wrong = new Uint8Array(tagLength)
    expect(codeOf(() => aesGcmDecrypt(key, ciphertext, { iv, aad, tag: wrong }))).toBe(
      'OPERATION_FAILED',
    )
  })

  it.each([0, 11, 17])('rejects a tag of %i bytes', (length) => {
    const wrong = new Uint8Array(length)
    expect(codeOf(() => aesGcmDecrypt(key, ciphertext, { iv, aad, tag: wrong }))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('fails without the AAD that was encrypted with', () => {
    expect(codeOf(() => aesGcmDecrypt(key, ciphertext, { iv, tag }))).toBe('OPERATION_FAILED')
  })

  it('fails where the tag was taken for the end of the ciphertext', () => {
    const short = ciphertext.subarray(0, 5)
    expect(codeOf(() => aesGcmDecrypt(key, short, { iv, aad, tag }))).toBe('OPERATION_FAILED')
  })
})
