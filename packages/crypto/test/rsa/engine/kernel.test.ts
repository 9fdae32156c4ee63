import { describe, expect, it } from 'vitest'
import { createKernel, emitKernel } from '../../../src/rsa/engine/kernel.ts'
import { AT } from '../../../src/rsa/engine/memory-layout.ts'
import { pairLimbs, quotientFree } from '../../../src/rsa/engine/montgomery.ts'
import { RADIX_ROWS, type Radix, radixFor, readLimbs } from '../../../src/rsa/engine/radix.ts'
import type { Pair } from '../../../src/rsa/engine/rsa-engine.ts'
import { edgeModuli, edgeOperands, randomNumbers } from './operands.ts'

const kernel = createKernel()
if (kernel === undefined) throw new Error('These tests need SIMD in WebAssembly.')
const doubles = new Float64Array(kernel.memory.buffer)

const both = (address: number, value: number) => doubles.fill(value, address / 8, address / 8 + 2)
const put = (address: number, limbs: Float64Array) => doubles.set(limbs, address / 8)
const take = (address: number, radix: Radix): Pair<bigint> => [
  readLimbs(doubles, address / 8, radix),
  readLimbs(doubles, address / 8 + 1, radix),
]

/** Empties the memory and puts two moduli M in place, as limbs. */
function enter(radix: Radix, modulus: Float64Array): void {
  doubles.fill(0)
  both(AT.rounding, 1.5 * 2 ** (52 + radix.bits))
  both(AT.scale, 2 ** -radix.bits)
  both(AT.one, 1)
  new Int32Array(doubles.buffer)[AT.limbs / 4] = radix.limbs
  put(AT.modulus, modulus)
}

const radixOf = (bits: number): Radix => {
  const radix = radixFor(bits)
  if (radix === undefined) throw new Error(`No radix for ${bits} bits.`)
  return radix
}

/** Throws unless `result` is a possible result of Montgomery multiplication for this product. */
function expectReduced(result: bigint, product: bigint, n: bigint, radix: Radix): void {
  const r = 1n << BigInt(radix.bits * radix.limbs)
  const most = (quotientFree(n, radix) << BigInt(radix.bits)) - 1n
  if ((result * r - product) % n !== 0n) throw new Error(`A wrong product modulo ${n}`)
  if (100n * (result < 0n ? -result : result) > 108n * most) throw new Error(`A large result: ${n}`)
}

describe.each([512, 640, 1024, 1280, 1536, 2048, 3072, 4096, 8192])(
  'with moduli of %i bits',
  (bits) => {
    const radix = radixOf(bits)
    const random = randomNumbers(`kernel ${bits}`)
    const count = Math.ceil((1 << 20) / bits)
    const moduli = edgeModuli(bits, radix.bits)

    function expectMultiplied(n: Pair<bigint>, a: Pair<bigint>, b: Pair<bigint>): void {
      enter(radix, pairLimbs([quotientFree(n[0], radix), quotientFree(n[1], radix)], radix))
      put(AT.base, pairLimbs(a, radix))
      put(AT.operand, pairLimbs(b, radix))
      kernel?.multiply(AT.base, AT.operand, AT.result)
      const result = take(AT.result, radix)
      expectReduced(result[0], a[0] * b[0], n[0], radix)
      expectReduced(result[1], a[1] * b[1], n[1], radix)
    }

    function expectSquared(n: Pair<bigint>, a: Pair<bigint>, factors: Pair<number>): void {
      enter(radix, pairLimbs([quotientFree(n[0], radix), quotientFree(n[1], radix)], radix))
      put(AT.result, pairLimbs(a, radix))
      put(AT.steps, Float64Array.of(...factors))
      kernel?.squareRun(AT.result, 1, AT.steps, 16)
      const result = take(AT.result, radix)
      expectReduced(result[0], BigInt(factors[0]) * a[0] * a[0], n[0], radix)
      expectReduced(result[1], BigInt(factors[1]) * a[1] * a[1], n[1], radix)
    }

    it('multiplies edge cases', () => {
      moduli.forEach((n, i) => {
        const other = moduli[(i + 1) % moduli.length] ?? n
        const operands = edgeOperands(n, bits, radix.bits)
        for (const a of operands) {
          for (const b of operands) expectMultiplied([n, other], [a, b % other], [b, a % other])
        }
      })
    })

    it('squares edge cases, and doubles one lane or the other', () => {
      for (const n of moduli) {
        for (const a of edgeOperands(n, bits, radix.bits)) {
          expectSquared([n, moduli[0] ?? n], [a, a], [1, 2])
          expectSquared([n, moduli[0] ?? n], [a, a], [2, 1])
        }
      }
    })

    it('multiplies and squares random numbers', () => {
      for (let i = 0; i < count; i++) {
        const n = [random(bits) | 1n, random(bits) | 1n] as const
        const a = [random(bits) % n[0], random(bits) % n[1]] as const
        const b = [random(bits) % n[0], random(bits) % n[1]] as const
        expectMultiplied(n, a, b)
        expectSquared(n, a, [1 + (i & 1), 2 - (i & 1)])
      }
    })

    it('stays correct when results are squared and doubled repeatedly', () => {
      const n = [moduli[0] ?? 1n, moduli[3] ?? 1n] as const
      const steps = 64
      enter(radix, pairLimbs([quotientFree(n[0], radix), quotientFree(n[1], radix)], radix))
      put(AT.result, pairLimbs([n[0] - 1n, n[1] - 2n], radix))
      put(AT.steps, new Float64Array(2 * steps).fill(2))
      for (let i = 0; i < steps; i++) {
        const before = take(AT.result, radix)
        kernel?.squareRun(AT.result, 1, AT.steps, 16)
        const after = take(AT.result, radix)
        expectReduced(after[0], 2n * before[0] * before[0], n[0], radix)
        expectReduced(after[1], 2n * before[1] * before[1], n[1], radix)
      }
    })
  },
)

describe.each(RADIX_ROWS)(
  'with $mostLimbs limbs of $bits bits, as large as limbs can be',
  (row) => {
    const radix = { bits: row.bits, limbs: row.mostLimbs }
    const digit = 2 ** (row.bits - 1)
    const limb = digit + 2 ** (54 - 2 * row.bits) + 2
    /** All limbs the same but the highest, which leaves room for the sign. */
    const filled = (size: number, signs: (index: number) => number) =>
      new Float64Array(2 * radix.limbs).map((_, i) =>
        i >= 2 * (radix.limbs - 2) ? 0 : signs(i >> 1) * size,
      )
    const patterns = [() => 1, () => -1, (i: number) => (i % 2 === 0 ? 1 : -1)]

    it('products and squares are correct', () => {
      for (const ofModulus of patterns) {
        const modulus = filled(digit, ofModulus)
        const n = (readLimbs(modulus, 0, radix) << BigInt(row.bits)) - 1n
        for (const ofA of patterns) {
          for (const ofB of patterns) {
            enter(radix, modulus)
            put(AT.base, filled(limb, ofA))
            put(AT.operand, filled(limb, ofB))
            const product =
              readLimbs(doubles, AT.base / 8, radix) * readLimbs(doubles, AT.operand / 8, radix)
            kernel.multiply(AT.base, AT.operand, AT.result)
            const r = 1n << BigInt(row.bits * row.mostLimbs)
            expect((take(AT.result, radix)[0] * r - product) % n).toBe(0n)
          }
          put(AT.result, filled(limb, ofA))
          const a = readLimbs(doubles, AT.result / 8, radix)
          put(AT.steps, Float64Array.of(2, 2))
          kernel.squareRun(AT.result, 1, AT.steps, 0)
          const r = 1n << BigInt(row.bits * row.mostLimbs)
          expect((take(AT.result, radix)[1] * r - 2n * a * a) % n).toBe(0n)
        }
      }
    })
  },
)

describe('the module', () => {
  it('is the same each time it is emitted, and smaller than 12 KB', () => {
    expect(emitKernel()).toEqual(emitKernel())
    expect(emitKernel().length).toBeLessThan(12288)
  })
})
