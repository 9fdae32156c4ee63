import { checkPrimeSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bigIntToBytes } from '../../src/encoding/bytes.ts'
import { gcd } from '../../src/numbers/number-theory.ts'
import type { RandomSource } from '../../src/random/random-source.ts'
import { type PrimeRequest, searchPrime } from '../../src/rsa/prime-search.ts'
import { codeOf } from '../refusal.ts'
import { runs } from '../runs.ts'
import { testRandom } from '../test-keys.ts'

const request: PrimeRequest = { modulusBits: 1024, e: 65537n }
const half = 512n

/** A source that returns `start` for a start, and the bytes of another source for an order. */
const fromStart =
  (start: bigint, orders: RandomSource): RandomSource =>
  (length) =>
    length === 64 ? bigIntToBytes(start, 64) : orders(length)

const primesFrom = (start: bigint): readonly bigint[] =>
  Array.from({ length: 1024 }, (_, i) => start + BigInt(2 * i)).filter((n) => checkPrimeSync(n))

describe('searchPrime', () => {
  it('finds a prime in the range, for which e has an inverse', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(3n, 5n, 105n, 65537n), (seed, e) => {
        const p = searchPrime({ modulusBits: 1024, e }, testRandom(`prime ${seed}`))
        expect(checkPrimeSync(p)).toBe(true)
        expect(p * p > 1n << (2n * half - 1n) && p < 1n << half).toBe(true)
        expect(gcd(p - 1n, e)).toBe(1n)
      }),
      runs(20),
    )
  })

  it('can find every prime of a window, depending on the order', () => {
    let start = (3n << (half - 2n)) + 1n
    while (primesFrom(start).length < 6) start += 2048n
    const found = new Set(
      Array.from({ length: 40 }, (_, i) =>
        searchPrime(request, fromStart(start, testRandom(`order ${i}`))),
      ),
    )
    const byValue = (a: bigint, b: bigint) => (a < b ? -1 : 1)
    expect([...found].sort(byValue)).toEqual(primesFrom(start))
  })

  it('finds the first prime of a window that is tested in ascending order', () => {
    const start = (3n << (half - 2n)) + 1n
    let first = start
    while (!checkPrimeSync(first)) first += 2n
    const zeros: RandomSource = (length) => new Uint8Array(length)
    expect(searchPrime(request, fromStart(start, zeros))).toBe(first)
  })

  it('starts another window if one has no prime', () => {
    const random = testRandom('window 1414')
    let orders = 0
    const p = searchPrime(request, (length) => {
      if (length !== 64) orders++
      return random(length)
    })
    expect(orders).toBe(2)
    expect(checkPrimeSync(p)).toBe(true)
  })

  it('finds no prime close to the other', () => {
    const other = searchPrime(request, testRandom('other'))
    const random = testRandom('far')
    const near = [other, other + (1n << 412n) + 2048n, other - (1n << 412n) - 2048n]
    const starts = near.map((n) => bigIntToBytes(n | 1n, 64))
    const p = searchPrime({ ...request, other }, (length) =>
      length === 64 ? (starts.shift() ?? random(length)) : random(length),
    )
    expect(starts).toHaveLength(0)
    expect(p - other > 1n << 412n || other - p > 1n << 412n).toBe(true)
  })

  it.each([0, 0xff])('rejects a source that returns only %i', (byte) => {
    const random: RandomSource = (length) => new Uint8Array(length).fill(byte)
    expect(codeOf(() => searchPrime(request, random))).toBe('INVALID_ARGUMENT')
  })

  it('rejects a source that always leads to a window without a prime', () => {
    const start = testRandom('window 1414')(64)
    expect(
      codeOf(() =>
        searchPrime(request, (length) => (length === 64 ? start : new Uint8Array(length))),
      ),
    ).toBe('INVALID_ARGUMENT')
  })

  it('finds the same prime with a source that reuses one array', () => {
    const random = testRandom('same array')
    const buffer = new Uint8Array(4096)
    const reusing: RandomSource = (length) => {
      buffer.set(random(length))
      return buffer.subarray(0, length)
    }
    expect(searchPrime(request, reusing)).toBe(searchPrime(request, testRandom('same array')))
  })
})
