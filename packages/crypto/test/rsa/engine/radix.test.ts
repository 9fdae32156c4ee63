import { describe, expect, it } from 'vitest'
import {
  MOST_LIMBS,
  RADIX_ROWS,
  radixFor,
  readLimbs,
  writeLimbs,
} from '../../../src/rsa/engine/radix.ts'
import { edgeModuli, randomNumbers } from './operands.ts'

/** The largest sum of a column, by the formula in the comment on the rows. */
function largestColumn(bits: number, limbs: number): bigint {
  const k = BigInt(limbs)
  const w = BigInt(bits)
  const digit = 1n << (w - 1n)
  const limb = digit + (1n << (54n - 2n * w)) + 2n
  return k * limb * limb + (k - 1n) * limb * digit + (1n << (54n - w))
}

describe('the widths of limbs', () => {
  it('keep the longest column exact', () => {
    for (const { bits, mostLimbs } of RADIX_ROWS) {
      expect(largestColumn(bits, mostLimbs) < 1n << 53n).toBe(true)
    }
  })

  it('are used up to that limit, and the last up to the size of the memory', () => {
    for (const { bits, mostLimbs } of RADIX_ROWS.slice(0, -1)) {
      expect(largestColumn(bits, mostLimbs + 4) < 1n << 53n).toBe(false)
    }
    expect(RADIX_ROWS.at(-1)?.mostLimbs).toBe(MOST_LIMBS)
  })

  it.each([
    [1, 24, 20],
    [512, 24, 24],
    [1024, 24, 44],
    [1536, 23, 68],
    [2048, 23, 92],
    [3072, 23, 136],
    [4096, 23, 180],
    [8192, 22, 376],
  ])('for a modulus of %i bits are %i, and the limbs %i', (modulusBits, bits, limbs) => {
    expect(radixFor(modulusBits)).toEqual({ bits, limbs })
  })

  it('leave five bits between the modulus of the kernels and R', () => {
    for (let modulusBits = 1; modulusBits <= 8192; modulusBits++) {
      const radix = radixFor(modulusBits)
      if (radix === undefined) throw new Error(`No radix for ${modulusBits} bits.`)
      expect(radix.bits * radix.limbs - (modulusBits + radix.bits)).toBeGreaterThanOrEqual(5)
      expect(radix.limbs % 4).toBe(0)
    }
  })

  it('have a limit above 8192 bits', () => {
    expect(radixFor(8300)).toBeUndefined()
  })
})

describe.each([512, 1024, 1536, 2048, 8192])('a number of %i bits', (bits) => {
  const radix = radixFor(bits)
  if (radix === undefined) throw new Error('There is a radix for every size.')
  const random = randomNumbers(`radix ${bits}`)
  const numbers = [
    ...[0n, 1n, 2n],
    ...edgeModuli(bits, radix.bits),
    ...Array.from({ length: 50 }, () => random(bits)),
  ]

  it('is read back from its limbs, in either lane', () => {
    for (const n of numbers) {
      const limbs = new Float64Array(2 * radix.limbs)
      writeLimbs(n, radix, limbs, 0)
      writeLimbs(n ^ 1n, radix, limbs, 1)
      expect(readLimbs(limbs, 0, radix)).toBe(n)
      expect(readLimbs(limbs, 1, radix)).toBe(n ^ 1n)
    }
  })

  it('has limbs of at most half the radix', () => {
    const limbs = new Float64Array(2 * radix.limbs)
    for (const n of numbers) {
      writeLimbs(n, radix, limbs, 0)
      expect(limbs.every((limb) => Math.abs(limb) <= 2 ** (radix.bits - 1))).toBe(true)
    }
  })

  it('is read back if negative', () => {
    for (const n of numbers) {
      const limbs = new Float64Array(2 * radix.limbs)
      writeLimbs(n, radix, limbs, 0)
      expect(
        readLimbs(
          limbs.map((limb) => -limb),
          0,
          radix,
        ),
      ).toBe(-n)
    }
  })
})
