import { describe, expect, it } from 'vitest'
import {
  bigIntToOctets,
  concatOctets,
  equalOctets,
  fromHex,
  minimalOctets,
  octetsToBigInt,
  octetsToUtf8,
  toHex,
  unitsToText,
  utf8ToOctets,
} from '../src/octets.ts'
import { codeOf } from './refusal.ts'

describe('octet strings', () => {
  it('are joined into a fresh array', () => {
    const part = Uint8Array.of(1, 2)
    const joined = concatOctets(part, new Uint8Array(), Uint8Array.of(3))
    expect(joined).toEqual(Uint8Array.of(1, 2, 3))
    expect(concatOctets(part)).not.toBe(part)
  })

  it('are equal when length and content are', () => {
    expect(equalOctets(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    expect(equalOctets(new Uint8Array(), new Uint8Array())).toBe(true)
  })

  it('differ in one bit', () => {
    expect(equalOctets(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
  })

  it('differ in length even where all are zero', () => {
    expect(equalOctets(Uint8Array.of(0), Uint8Array.of(0, 0))).toBe(false)
  })
})

describe('numbers', () => {
  it('of no octets are zero', () => {
    expect(octetsToBigInt(new Uint8Array())).toBe(0n)
  })

  it('are big-endian', () => {
    expect(octetsToBigInt(Uint8Array.of(0, 1, 2))).toBe(258n)
    expect(bigIntToOctets(258n, 4)).toEqual(Uint8Array.of(0, 0, 1, 2))
  })

  it('take as many octets as asked for, zero none at least', () => {
    expect(bigIntToOctets(0n, 0)).toEqual(new Uint8Array())
    expect(bigIntToOctets(0n, 2)).toEqual(Uint8Array.of(0, 0))
  })

  it('that do not fit are refused', () => {
    expect(codeOf(() => bigIntToOctets(256n, 1))).toBe('INVALID_ARGUMENT')
  })

  it('below zero are refused', () => {
    expect(codeOf(() => bigIntToOctets(-1n, 4))).toBe('INVALID_ARGUMENT')
  })

  it('in their minimal form have no leading zeros, and zero is one octet', () => {
    expect(minimalOctets(0n)).toEqual(Uint8Array.of(0))
    expect(minimalOctets(255n)).toEqual(Uint8Array.of(255))
    expect(minimalOctets(256n)).toEqual(Uint8Array.of(1, 0))
  })

  it('below zero have no minimal form', () => {
    expect(codeOf(() => minimalOctets(-1n))).toBe('INVALID_ARGUMENT')
  })
})

describe('hexadecimal text', () => {
  it('is written in lower case and read in either', () => {
    expect(toHex(Uint8Array.of(0, 171))).toBe('00ab')
    expect(fromHex('00aB')).toEqual(Uint8Array.of(0, 171))
    expect(fromHex('')).toEqual(new Uint8Array())
  })

  it.each(['a', 'abc', '0g', '0x01', ' 00', '00\n', '٠٠'])('refuses %j', (text) => {
    expect(codeOf(() => fromHex(text))).toBe('INVALID_ARGUMENT')
  })
})

describe('UTF-8 text', () => {
  it('keeps a byte order mark', () => {
    expect(octetsToUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
  })

  it('reads the last scalar value of each length', () => {
    const text = '\u007f\u07ff\uffff\u{10ffff}'
    expect(octetsToUtf8(utf8ToOctets(text))).toBe(text)
  })

  it('writes a lone surrogate as U+FFFD', () => {
    expect(octetsToUtf8(utf8ToOctets('\ud800'))).toBe('\ufffd')
  })

  it.each([
    ['a continuation octet that continues nothing', [0x80]],
    ['a sequence that ends early', [0xe2, 0x82]],
    ['a sequence broken off by a letter', [0xc3, 0x41]],
    ['two octets where one would do', [0xc1, 0xbf]],
    ['three octets where two would do', [0xe0, 0x9f, 0xbf]],
    ['four octets where three would do', [0xf0, 0x8f, 0xbf, 0xbf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a value above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a lead octet of five', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ])('refuses %s', (_, octets) => {
    expect(codeOf(() => octetsToUtf8(Uint8Array.from(octets)))).toBe('INVALID_ARGUMENT')
  })
})

describe('unitsToText', () => {
  it('takes more units than a call takes arguments', () => {
    expect(unitsToText(new Uint16Array(300_000).fill(0x41))).toBe('A'.repeat(300_000))
  })
})
