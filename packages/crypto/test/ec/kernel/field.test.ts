import { describe, expect, it } from 'vitest'
import {
  CURVE_NAMES,
  inverse,
  mod,
  numberMachine,
  numberOf,
  numbersBelow,
} from './kernel-numbers.ts'

describe.each(CURVE_NAMES)('the field of %s', (crv) => {
  const machine = numberMachine(crv)
  const { kernel, at, shape, modulus: p, r } = machine
  const bits = BigInt(shape.limbBits)
  const u = 1n << (bits - 1n)
  const rInverse = inverse(r, p)
  const next = numbersBelow(p, `field ${crv}`)

  function expectProduct(a: readonly bigint[], b: readonly bigint[]): void {
    machine.writeLimbs(at.t1, a)
    machine.writeLimbs(at.t2, b)
    kernel.multiply(at.t3, at.t1, at.t2)
    const expected = mod(numberOf(a, bits) * numberOf(b, bits) * rInverse, p)
    const limbs = machine.readLimbs(at.t3)
    if (mod(numberOf(limbs, bits), p) !== expected) expect([a, b, limbs]).toBe(expected)
    const outside = limbs
      .slice(0, -1)
      .filter((limb, i) => limb < -u - (i === 2 ? 1n << 22n : 0n) || limb > u + (1n << 22n))
    if (outside.length > 0) expect([a, b, limbs]).toBe('balanced')
  }

  function expectSquare(a: readonly bigint[]): void {
    machine.writeLimbs(at.t1, a)
    kernel.square(at.t3, at.t1)
    const value = numberOf(a, bits)
    const expected = mod(value * value * rInverse, p)
    if (mod(machine.readNumber(at.t3), p) !== expected) expect(a).toBe(expected)
  }

  const random = () => {
    machine.writeNumber(at.t5, next())
    return machine.readLimbs(at.t5)
  }

  it('multiplies and squares 3000 random pairs as BigInt does', () => {
    for (let i = 0; i < 3000; i++) {
      const a = random()
      expectProduct(a, random())
      expectSquare(a)
    }
    expect(machine.readNumber(at.p)).toBe(p)
  })

  it('multiplies and squares limbs at their bounds', () => {
    // Limbs of 3u by limbs of 3u, in every mixture of signs, with the top limb as large as a value of 4p has it.
    const pick = numbersBelow(1n << 64n, `extremes ${crv}`)
    const patterns: ((i: number) => bigint)[] = [
      () => 3n * u,
      () => -3n * u,
      (i) => (i % 2 === 0 ? 3n * u : -3n * u),
      (i) => (i % 2 === 0 ? -3n * u : 3n * u),
      (i) => (i % 3 === 0 ? 3n * u - 1n : -3n * u + 1n),
      () => (pick() % 2n === 0n ? 3n * u : -3n * u),
      () => (pick() % 2n === 0n ? 2n * u : -2n * u),
      () => u - 1n,
      () => -u,
      () => 2n * u - 1n,
      () => 0n,
      (i) => (i === 0 ? 1n : 0n),
    ]
    const topBits = BigInt(shape.bits) - bits * BigInt(shape.limbs - 1)
    const made = (pattern: (i: number) => bigint, top: bigint) => [
      ...Array.from({ length: shape.limbs - 1 }, (_, i) => pattern(i)),
      top,
    ]
    const tops = [0n, 4n << topBits, -4n << topBits, 1n, -1n]
    for (const first of patterns) {
      for (const second of patterns) {
        for (const top of tops) {
          expectProduct(made(first, top), made(second, tops[2] ?? 0n))
          expectProduct(made(first, top), made(second, tops[1] ?? 0n))
        }
      }
      for (const top of tops) expectSquare(made(first, top))
    }
    expect(patterns).toHaveLength(12)
  })

  it.each([
    ['the first operand', (k: typeof kernel) => k.multiply(at.t1, at.t1, at.t2)],
    ['the second operand', (k: typeof kernel) => k.multiply(at.t2, at.t1, at.t2)],
    ['both', (k: typeof kernel) => k.multiply(at.t1, at.t1, at.t1)],
    ['a square', (k: typeof kernel) => k.square(at.t1, at.t1)],
  ])('may replace %s', (which, run) => {
    const [a, b] = [next(), next()]
    machine.writeNumber(at.t1, a)
    machine.writeNumber(at.t2, b)
    run(kernel)
    const result = machine.readNumber(which === 'the second operand' ? at.t2 : at.t1)
    const other = which === 'both' || which === 'a square' ? a : b
    expect(mod(result, p)).toBe(mod(a * other * rInverse, p))
  })

  it('adds and subtracts limb by limb', () => {
    const [a, b] = [random(), random()]
    machine.writeLimbs(at.t1, a)
    machine.writeLimbs(at.t2, b)
    kernel.add(at.t3, at.t1, at.t2)
    kernel.subtract(at.t4, at.t1, at.t2)
    expect(machine.readLimbs(at.t3)).toEqual(a.map((limb, i) => limb + (b[i] ?? 0n)))
    expect(machine.readLimbs(at.t4)).toEqual(a.map((limb, i) => limb - (b[i] ?? 0n)))
  })

  it('inverts 0, 1, p - 1, powers of two, their negatives, and random numbers', () => {
    const powers = Array.from({ length: shape.bits }, (_, i) => (1n << BigInt(i)) % p)
    const numbers = [
      0n,
      1n,
      2n,
      p - 1n,
      p - 2n,
      (p + 1n) / 2n,
      ...powers,
      ...powers.map((x) => p - x),
    ]
    for (let i = 0; i < 300; i++) numbers.push(next())
    for (const value of numbers) {
      machine.writeNumber(at.t1, value)
      kernel.invert(at.t2, at.t1, at.p)
      const found = machine.readNumber(at.t2)
      if (mod(found, p) !== inverse(value, p) || found <= -p || found >= p) {
        expect([value, found]).toBe(inverse(value, p))
      }
    }
    expect(inverse(0n, p)).toBe(0n)
  })
})
