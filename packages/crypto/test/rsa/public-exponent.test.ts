import { describe, expect, it } from 'vitest'
import type { RsaPrivateNumbers } from '../../src/key-material.ts'
import { modPow } from '../../src/numbers/modular-exponentiation.ts'
import { modInverse } from '../../src/numbers/number-theory.ts'
import { bigintEngine } from '../../src/rsa/engine/bigint-engine.ts'
import { createKernel } from '../../src/rsa/engine/kernel.ts'
import type { RsaEngine } from '../../src/rsa/engine/rsa-engine.ts'
import { createWasmEngine } from '../../src/rsa/engine/wasm-engine.ts'
import { preparePublicExponent, recombine } from '../../src/rsa/public-exponent.ts'
import { randomNumbers } from './engine/operands.ts'

const kernel = createKernel()
if (kernel === undefined) throw new Error('These tests need SIMD in WebAssembly.')
const engines = [createWasmEngine(kernel), bigintEngine]

/** Every length that a key can have. */
const SIZES = Array.from({ length: (8192 - 1024) / 256 + 1 }, (_, i) => 1024 + 256 * i)

/** Two odd numbers without a common divisor: for the theorem they need not be prime. */
function factorsOf(bits: number, shorterBy = 0): RsaPrivateNumbers {
  const random = randomNumbers(`factors ${bits} ${shorterBy}`)
  const ofLength = (length: number) => (3n << BigInt(length - 2)) | random(length) | 1n
  for (;;) {
    const p = ofLength(bits / 2 + shorterBy)
    const q = ofLength(bits / 2 - shorterBy)
    const qi = modInverse(q, p)
    if (qi !== undefined) return { n: p * q, e: 65537n, d: 0n, p, q, dp: 0n, dq: 0n, qi }
  }
}

const edges = ({ n, p, q }: RsaPrivateNumbers): readonly bigint[] => [
  ...[0n, 1n, 2n, n - 1n, n - 2n, n >> 1n],
  ...[p, p - 1n, p + 1n, q, q - 1n, q + 1n, n - p, n - q],
]

/** An engine that has no exponentiation modulo n. */
const pairsOnly = (engine: RsaEngine): RsaEngine => ({
  ...engine,
  publicPower: () => {
    throw new Error('The primes were not used.')
  },
})

describe.each(engines)('the public exponent with the engine $name', (engine) => {
  it.each(SIZES)('returns the same for %i bits with the primes and without', (bits) => {
    const numbers = factorsOf(bits)
    const { n, e } = numbers
    const { raise, isRoot } = preparePublicExponent(pairsOnly(engine), { n, e, numbers })
    const bases = bits > 4096 ? edges(numbers).slice(0, 6) : edges(numbers)
    for (const base of [...bases, randomNumbers(`base ${bits}`)(bits) % n]) {
      const power = modPow(base, e, n)
      expect(raise(base)).toBe(power)
      expect(isRoot(base, power)).toBe(true)
    }
  })

  it('accepts the longer prime in either place, and any exponent', () => {
    for (const shorterBy of [-16, 16]) {
      const numbers = factorsOf(2048, shorterBy)
      for (const e of [3n, 65537n, (1n << 255n) + 1n]) {
        const { raise } = preparePublicExponent(pairsOnly(engine), { n: numbers.n, e, numbers })
        for (const base of edges(numbers)) expect(raise(base)).toBe(modPow(base, e, numbers.n))
      }
    }
  })

  it('rejects a root that is correct modulo one prime only', () => {
    const numbers = factorsOf(1024)
    const { n, e, p, q } = numbers
    for (const found of [numbers, undefined]) {
      const { isRoot } = preparePublicExponent(engine, { n, e, numbers: found })
      const power = modPow(12345n, e, n)
      expect(isRoot(12345n, power)).toBe(true)
      for (const wrong of [12345n + p, 12345n + q, 12346n, 0n]) {
        expect(isRoot(wrong, power)).toBe(false)
      }
      for (const wrong of [(power + p) % n, (power + q) % n, 0n]) {
        expect(isRoot(12345n, wrong)).toBe(false)
      }
    }
  })

  it.each([
    ['p', { p: 5n }],
    ['q', { q: 5n }],
    ['qi', { qi: 5n }],
    ['p, which is 1', { p: 1n, q: factorsOf(1024).n }],
    ['p and q, whose product is another', { p: 7n, q: 5n, qi: 3n }],
  ])('is correct despite a wrong %s in the private part', (_, wrong) => {
    const numbers = { ...factorsOf(1024), ...wrong }
    const { n, e } = numbers
    const { raise } = preparePublicExponent(engine, { n, e, numbers })
    expect(raise(12345n)).toBe(modPow(12345n, e, n))
  })
})

describe('recombine', () => {
  it('is correct where p is below q and where it is above', () => {
    for (const [p, q, qi] of [
      [7n, 11n, 2n],
      [11n, 7n, 8n],
    ] as const) {
      for (let x = 0n; x < p * q; x++) expect(recombine({ p, q, qi }, [x % p, x % q])).toBe(x)
    }
  })
})
