import { utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { fromBase64, fromBase64url, toBase64, toBase64url } from '../../src/encoding/base64.ts'
import { codeOf } from '../refusal.ts'

describe('RFC 4648 section 10', () => {
  const vectors = [
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ] as const

  it.each(vectors)('writes %j as %j', (text, base64) => {
    expect(toBase64(utf8ToBytes(text))).toBe(base64)
    expect(toBase64url(utf8ToBytes(text))).toBe(base64.replaceAll('=', ''))
  })

  it.each(vectors)('reads %j from %j, padded or not', (text, base64) => {
    for (const read of [fromBase64, fromBase64url]) {
      expect(read(base64)).toEqual(utf8ToBytes(text))
      expect(read(base64.replaceAll('=', ''))).toEqual(utf8ToBytes(text))
    }
  })
})

describe('base64 and base64url', () => {
  it('differ in their last two characters', () => {
    expect(toBase64(Uint8Array.of(251, 240))).toBe('+/A=')
    expect(toBase64url(Uint8Array.of(251, 240))).toBe('-_A')
  })

  it.each(['+AAA', '/AAA', 'AA AA', 'AAA\n', 'AÄAA', '\u0141AAA'])(
    'base64url refuses %j',
    (text) => {
      expect(codeOf(() => fromBase64url(text))).toBe('INVALID_ARGUMENT')
    },
  )

  it.each(['-AAA', '_AAA', 'AA AA', 'AAA\n', 'AÄAA'])('base64 refuses %j', (text) => {
    expect(codeOf(() => fromBase64(text))).toBe('INVALID_ARGUMENT')
  })

  it.each(['A', 'AAAAA', '=', '==', 'A=', 'AA=', 'A===', 'AAA==', 'AAAA====', 'AA==AAAA'])(
    'refuse %j, which no bytes are written as',
    (text) => {
      expect(codeOf(() => fromBase64(text))).toBe('INVALID_ARGUMENT')
      expect(codeOf(() => fromBase64url(text))).toBe('INVALID_ARGUMENT')
    },
  )

  it('ignore the unused bits of the last character', () => {
    expect(fromBase64url('Zh')).toEqual(fromBase64url('Zg'))
    expect(fromBase64('Zm9=')).toEqual(fromBase64('Zm8='))
  })

  it('take a megabyte', () => {
    const bytes = new Uint8Array(1_000_003).map((_, i) => i)
    expect(Buffer.compare(fromBase64(toBase64(bytes)), bytes)).toBe(0)
  })
})
