/** Includes RFC 4231 section 4.3 and RFC 2202 section 3 (test case 2), RFC 5869 appendices A.1 to A.4. */

import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HashName } from '../../src/hash/hashes.ts'
import { digest, hkdf, hmac, mgf1 } from '../../src/hash/hashes.ts'
import { codeOf } from '../refusal.ts'
import { runs } from '../runs.ts'

const HASH_NAMES: readonly HashName[] = ['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']
const nodeName = (hash: HashName) => hash.replace('-', '').toLowerCase()
const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
const range = (from: number, to: number) =>
  Uint8Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe.each(HASH_NAMES)('%s', (hash) => {
  it('hashes and authenticates as node:crypto does', () => {
    fc.assert(
      fc.property(bytes(200), bytes(300), (key, message) => {
        const name = nodeName(hash)
        expect(bytesToHex(digest(hash, message))).toBe(
          createHash(name).update(message).digest('hex'),
        )
        expect(bytesToHex(hmac(hash, key, message))).toBe(
          createHmac(name, key).update(message).digest('hex'),
        )
      }),
      runs(40),
    )
  })

  it('derives as node:crypto does', () => {
    fc.assert(
      fc.property(
        bytes(40),
        bytes(40),
        bytes(40),
        fc.integer({ min: 1, max: 300 }),
        (ikm, salt, info, length) => {
          const theirs = hkdfSync(nodeName(hash), ikm, salt, info, length)
          expect(hkdf(hash, ikm, salt, info, length)).toEqual(new Uint8Array(theirs))
        },
      ),
      runs(20),
    )
  })

  it.each([0, -1, 1.5, 255 * 64 + 1])('does not derive %d bytes', (length) => {
    const none = new Uint8Array(0)
    expect(codeOf(() => hkdf(hash, none, none, none, length))).toBe('INVALID_ARGUMENT')
  })

  it('masks any length with digests of seed and counter', () => {
    const seed = Uint8Array.of(1, 2, 3)
    const first = digest(hash, concatBytes(seed, Uint8Array.of(0, 0, 0, 0)))
    const second = digest(hash, concatBytes(seed, Uint8Array.of(0, 0, 0, 1)))
    const both = concatBytes(first, second)
    for (const length of [0, 1, first.length, first.length + 1, both.length]) {
      expect(mgf1(hash, seed, length)).toEqual(both.slice(0, length))
    }
  })
})

it('HKDF derives 255 digests and no more', () => {
  const none = new Uint8Array(0)
  expect(hkdf('SHA-256', none, none, none, 255 * 32)).toHaveLength(8160)
  expect(codeOf(() => hkdf('SHA-256', none, none, none, 8161))).toBe('INVALID_ARGUMENT')
})

describe('HMAC of RFC 2202 section 3 and RFC 4231 section 4.3', () => {
  it.each([
    ['SHA-1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['SHA-224', 'a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44'],
    ['SHA-256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      'SHA-384',
      'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
    ],
    [
      'SHA-512',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ] as const)('%s', (hash, mac) => {
    const message = utf8ToBytes('what do ya want for nothing?')
    expect(bytesToHex(hmac(hash, utf8ToBytes('Jefe'), message))).toBe(mac)
  })
})

describe('HKDF of RFC 5869 appendix A', () => {
  it.each([
    [
      'A.1',
      'SHA-256',
      new Uint8Array(22).fill(0x0b),
      range(0, 12),
      range(0xf0, 0xf9),
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    ],
    [
      'A.2',
      'SHA-256',
      range(0, 0x4f),
      range(0x60, 0xaf),
      range(0xb0, 0xff),
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    ],
    [
      'A.3',
      'SHA-256',
      new Uint8Array(22).fill(0x0b),
      new Uint8Array(0),
      new Uint8Array(0),
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    ],
    [
      'A.4',
      'SHA-1',
      new Uint8Array(11).fill(0x0b),
      range(0, 12),
      range(0xf0, 0xf9),
      '085a01ea1b10f36933068b56efa5ad81a4f14b822f5b091568a9cdd4f155fda2c22e422478d305f3f896',
    ],
  ] as const)('%s', (_, hash, ikm, salt, info, okm) => {
    expect(hkdf(hash, ikm, salt, info, okm.length / 2)).toEqual(hexToBytes(okm))
  })
})
