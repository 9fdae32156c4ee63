import { createCipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { aesKwpUnwrap, aesKwpWrap, aesKwUnwrap, aesKwWrap } from '../../src/aes/aes-key-wrap.ts'
import { codeOf, refusalOf } from '../refusal.ts'

const kek = new Uint8Array(32).fill(1)
const FAILED = { code: 'OPERATION_FAILED', message: 'The operation failed.' }

/** The wrapping function W of NIST SP 800-38F under an integrity check value of our choice. */
function wrappedUnder(icv: readonly number[], data: readonly number[]): Uint8Array {
  if (data.length === 8) {
    const cipher = createCipheriv('aes-256-ecb', kek, null).setAutoPadding(false)
    return new Uint8Array(cipher.update(Uint8Array.from([...icv, ...data])))
  }
  const cipher = createCipheriv('id-aes256-wrap', kek, Uint8Array.from(icv))
  return new Uint8Array(Buffer.concat([cipher.update(Uint8Array.from(data)), cipher.final()]))
}

describe('AES-KW', () => {
  it.each([0, 1, 7, 8, 15, 17, 20])('rejects to wrap %i bytes', (length) => {
    expect(codeOf(() => aesKwWrap(kek, new Uint8Array(length)))).toBe('INVALID_ARGUMENT')
  })

  it.each([0, 8, 15, 16, 23, 25, 41])('fails to unwrap %i bytes', (length) => {
    expect(refusalOf(() => aesKwUnwrap(kek, new Uint8Array(length)))).toEqual(FAILED)
  })

  it('fails for another integrity check value', () => {
    const wrapped = wrappedUnder(
      [0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa7],
      Array(16).fill(5),
    )
    expect(refusalOf(() => aesKwUnwrap(kek, wrapped))).toEqual(FAILED)
  })

  it('fails for another KEK', () => {
    const wrapped = aesKwWrap(kek, new Uint8Array(32))
    expect(refusalOf(() => aesKwUnwrap(new Uint8Array(32), wrapped))).toEqual(FAILED)
  })

  it('does not open what KWP wrapped', () => {
    const wrapped = aesKwpWrap(kek, new Uint8Array(32))
    expect(refusalOf(() => aesKwUnwrap(kek, wrapped))).toEqual(FAILED)
  })

  it('returns an array of its own memory', () => {
    const unwrapped = aesKwUnwrap(kek, aesKwWrap(kek, new Uint8Array(32)))
    expect(unwrapped.buffer.byteLength).toBe(32)
  })

  it.each([0, 8, 15, 31, 33])('rejects a KEK of %i bytes', (length) => {
    const wrong = new Uint8Array(length)
    expect(codeOf(() => aesKwWrap(wrong, new Uint8Array(16)))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => aesKwUnwrap(wrong, new Uint8Array(24)))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => aesKwpWrap(wrong, new Uint8Array(16)))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => aesKwpUnwrap(wrong, new Uint8Array(24)))).toBe('INVALID_ARGUMENT')
  })
})

describe('AES-KWP', () => {
  const AIV = [0xa6, 0x59, 0x59, 0xa6, 0, 0, 0]

  it('rejects to wrap no bytes', () => {
    expect(codeOf(() => aesKwpWrap(kek, new Uint8Array(0)))).toBe('INVALID_ARGUMENT')
  })

  it.each([0, 8, 15, 17, 23])('fails to unwrap %i bytes', (length) => {
    expect(refusalOf(() => aesKwpUnwrap(kek, new Uint8Array(length)))).toEqual(FAILED)
  })

  it.each([
    ['one semiblock', 3, [1, 2, 3, 0, 0, 0, 0, 0]],
    ['two semiblocks', 9, [...Array(9).fill(4), ...Array(7).fill(0)]],
  ])('takes what was made by hand: %s', (_, length, data) => {
    const unwrapped = aesKwpUnwrap(kek, wrappedUnder([...AIV, length], data))
    expect([...unwrapped]).toEqual(data.slice(0, length))
  })

  it.each([
    ['another constant', [0xa6, 0x59, 0x59, 0xa7, 0, 0, 0, 8], Array(8).fill(4)],
    ['a length of zero', [...AIV, 0], Array(8).fill(0)],
    ['a length above the bytes there', [...AIV, 9], Array(8).fill(4)],
    [
      'a length that a semiblock less would hold',
      [...AIV, 8],
      [...Array(8).fill(4), ...Array(8).fill(0)],
    ],
    ['a length of 2^32 - 1', [0xa6, 0x59, 0x59, 0xa6, 255, 255, 255, 255], Array(16).fill(4)],
    ['a length with a high bit', [0xa6, 0x59, 0x59, 0xa6, 128, 0, 0, 8], Array(8).fill(4)],
    ['padding that is not zero', [...AIV, 7], [1, 2, 3, 4, 5, 6, 7, 8]],
    [
      'a last byte of padding that is not zero',
      [...AIV, 9],
      [...Array(9).fill(4), 0, 0, 0, 0, 0, 0, 1],
    ],
    ['the check value of KW', Array(8).fill(0xa6), Array(16).fill(4)],
  ])('fails for %s', (_, icv, data) => {
    expect(refusalOf(() => aesKwpUnwrap(kek, wrappedUnder(icv, data)))).toEqual(FAILED)
  })
})
