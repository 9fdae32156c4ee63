import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import {
  bigIntToBytes,
  bytesToBigInt,
  bytesToUtf8,
  equalBytes,
  minimalBytes,
  unitsToText,
} from '../../src/encoding/bytes.ts'
import { codeOf } from '../refusal.ts'

describe('byte strings', () => {
  it('are joined into a fresh array', () => {
    const part = Uint8Array.of(1, 2)
    const joined = concatBytes(part, new Uint8Array(), Uint8Array.of(3))
    expect(joined).toEqual(Uint8Array.of(1, 2, 3))
    expect(concatBytes(part)).not.toBe(part)
  })

  it('are equal when length and content are', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    expect(equalBytes(new Uint8Array(), new Uint8Array())).toBe(true)
  })

  it('differ in one bit', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
  })

  it('differ in length even where all are zero', () => {
    expect(equalBytes(Uint8Array.of(0), Uint8Array.of(0, 0))).toBe(false)
  })
})

describe('numbers', () => {
  it('of no bytes are zero', () => {
    expect(bytesToBigInt(new Uint8Array())).toBe(0n)
  })

  it('are big-endian', () => {
    expect(bytesToBigInt(Uint8Array.of(0, 1, 2))).toBe(258n)
    expect(bigIntToBytes(258n, 4)).toEqual(Uint8Array.of(0, 0, 1, 2))
  })

  it('take as many bytes as asked for, zero none at least', () => {
    expect(bigIntToBytes(0n, 0)).toEqual(new Uint8Array())
    expect(bigIntToBytes(0n, 2)).toEqual(Uint8Array.of(0, 0))
  })

  it('that do not fit are refused', () => {
    expect(codeOf(() => bigIntToBytes(256n, 1))).toBe('INVALID_ARGUMENT')
  })

  it('below zero are refused', () => {
    expect(codeOf(() => bigIntToBytes(-1n, 4))).toBe('INVALID_ARGUMENT')
  })

  it('in their minimal form have no leading zeros, and zero is one byte', () => {
    expect(minimalBytes(0n)).toEqual(Uint8Array.of(0))
    expect(minimalBytes(255n)).toEqual(Uint8Array.of(255))
    expect(minimalBytes(256n)).toEqual(Uint8Array.of(1, 0))
  })

  it('below zero have no minimal form', () => {
    expect(codeOf(() => minimalBytes(-1n))).toBe('INVALID_ARGUMENT')
  })
})

describe('hexadecimal text', () => {
  it('is written in lower case and read in either', () => {
    expect(bytesToHex(Uint8Array.of(0, 171))).toBe('00ab')
    expect(hexToBytes('00aB')).toEqual(Uint8Array.of(0, 171))
    expect(hexToBytes('')).toEqual(new Uint8Array())
  })

  it.each(['a', 'abc', '0g', '0x01', ' 00', '00\n', '٠٠'])('refuses %j', (text) => {
    expect(() => hexToBytes(text)).toThrow()
  })
})

describe('UTF-8 text', () => {
  it('keeps a byte order mark', () => {
    expect(bytesToUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
  })

  it('reads the last scalar value of each length', () => {
    const text = '\u007f\u07ff\uffff\u{10ffff}'
    expect(bytesToUtf8(utf8ToBytes(text))).toBe(text)
  })

  it('writes a lone surrogate as U+FFFD', () => {
    expect(bytesToUtf8(utf8ToBytes('\ud800'))).toBe('\ufffd')
  })

  it.each([
    ['a continuation byte that continues nothing', [0x80]],
    ['a sequence that ends early', [0xe2, 0x82]],
    ['a sequence broken off by a letter', [0xc3, 0x41]],
    ['two bytes where one would do', [0xc1, 0xbf]],
    ['three bytes where two would do', [0xe0, 0x9f, 0xbf]],
    ['four bytes where three would do', [0xf0, 0x8f, 0xbf, 0xbf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a value above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a lead byte of five', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => bytesToUtf8(Uint8Array.from(bytes)))).toBe('INVALID_ARGUMENT')
  })
})

describe('unitsToText', () => {
  it('takes more units than a call takes arguments', () => {
    expect(unitsToText(new Uint16Array(300_000).fill(0x41))).toBe('A'.repeat(300_000))
  })
})
