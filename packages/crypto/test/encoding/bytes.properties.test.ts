import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64, fromBase64url, toBase64, toBase64url } from '../../src/encoding/base64.ts'
import {
  bigIntToBytes,
  bytesToBigInt,
  bytesToUtf8,
  minimalBytes,
} from '../../src/encoding/bytes.ts'
import { codeOf } from '../refusal.ts'
import { runs } from '../runs.ts'

const bytes = () => fc.uint8Array({ maxLength: 200 })

describe('bytes and their other forms', () => {
  it('come back from hexadecimal, as node writes it', () => {
    fc.assert(
      fc.property(bytes(), (value) => {
        expect(bytesToHex(value)).toBe(Buffer.from(value).toString('hex'))
        expect(hexToBytes(bytesToHex(value).toUpperCase())).toEqual(value)
      }),
      runs(200),
    )
  })

  it('come back from both kinds of base64, as node writes them', () => {
    fc.assert(
      fc.property(bytes(), (value) => {
        expect(toBase64(value)).toBe(Buffer.from(value).toString('base64'))
        expect(toBase64url(value)).toBe(Buffer.from(value).toString('base64url'))
        expect(fromBase64(toBase64(value))).toEqual(value)
        expect(fromBase64url(toBase64url(value))).toEqual(value)
      }),
      runs(300),
    )
  })

  it('come back from numbers of their width', () => {
    fc.assert(
      fc.property(bytes(), (value) => {
        expect(bigIntToBytes(bytesToBigInt(value), value.length)).toEqual(value)
      }),
      runs(200),
    )
  })

  it('come back from text as node reads it, or not at all', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (value) => {
        let expected: string | undefined
        try {
          expected = decoder.decode(value)
        } catch {}
        if (expected === undefined) {
          expect(codeOf(() => bytesToUtf8(value))).toBe('INVALID_ARGUMENT')
        } else {
          expect(bytesToUtf8(value)).toBe(expected)
        }
      }),
      runs(500),
    )
  })
})

describe('other forms and their bytes', () => {
  it('numbers come back from their minimal bytes, the first of which is not zero', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 4096n }), (n) => {
        expect(bytesToBigInt(minimalBytes(n))).toBe(n)
        expect(minimalBytes(n)[0]).not.toBe(0)
      }),
      runs(200),
    )
  })

  it('text comes back from its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(bytesToUtf8(utf8ToBytes(text))).toBe(text)
        expect(Buffer.from(utf8ToBytes(text)).toString()).toBe(text)
      }),
      runs(300),
    )
  })

  it('any text is base64 or refused', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const read of [fromBase64, fromBase64url]) {
          try {
            expect(read(text).length).toBeLessThanOrEqual(text.length)
          } catch {
            expect(codeOf(() => read(text))).toBe('INVALID_ARGUMENT')
          }
        }
      }),
      runs(300),
    )
  })
})
