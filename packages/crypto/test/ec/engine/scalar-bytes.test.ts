import { describe, expect, it } from 'vitest'
import {
  difference,
  isBelow,
  isInRange,
  isZero,
  leftmostBits,
  sum,
} from '../../../src/ec/engine/scalar-bytes.ts'
import { bigIntToBytes, bytesToBigInt } from '../../../src/encoding/bytes.ts'

const VALUES = [0n, 1n, 255n, 256n, 257n, 0xff00n, 0xffffn, 0x123456n, 0xfffffen, 0xffffffn]
const wide = (value: bigint) => bigIntToBytes(value, 3)
const pairs = VALUES.flatMap((a) => VALUES.map((b) => [a, b] as const))

describe('scalars as bytes', () => {
  it('are compared', () => {
    for (const [a, b] of pairs) expect(isBelow(wide(a), wide(b))).toBe(a < b)
  })

  it('are subtracted modulo the width', () => {
    for (const [a, b] of pairs) {
      expect(bytesToBigInt(difference(wide(a), wide(b)))).toBe(BigInt.asUintN(24, a - b))
    }
  })

  it('are added where the sum fits', () => {
    const fitting = pairs.filter(([a, b]) => a + b < 1n << 24n)
    for (const [a, b] of fitting) expect(bytesToBigInt(sum(wide(a), wide(b)))).toBe(a + b)
    expect(fitting.length).toBeGreaterThan(50)
  })

  it('are zero or in a range', () => {
    for (const [a, b] of pairs) expect(isInRange(wide(a), wide(b))).toBe(a > 0n && a < b)
    for (const value of VALUES) expect(isZero(wide(value))).toBe(value === 0n)
    expect(isZero(new Uint8Array(0))).toBe(true)
  })
})

describe('the leftmost bits', () => {
  it.each([
    ['of shorter bytes are all of them', [1, 2], 24, 3, [0, 1, 2]],
    ['of longer bytes are the first', [1, 2, 3, 4, 5], 24, 3, [1, 2, 3]],
    ['of nothing are zero', [], 24, 3, [0, 0, 0]],
    ['are shifted where a byte is split', [0xff, 0xff, 0xff], 17, 3, [0x01, 0xff, 0xff]],
    ['are shifted in longer bytes too', [0x80, 0x00, 0xff, 0xff], 17, 3, [0x01, 0x00, 0x01]],
    ['are not shifted in bytes that are short enough', [0xff, 0xff], 17, 3, [0, 0xff, 0xff]],
  ])('%s', (_title, bytes, bits, width, expected) => {
    expect([...leftmostBits(Uint8Array.from(bytes), bits, width)]).toEqual(expected)
  })
})
