import { describe, expect, it } from 'vitest'
import { CURVE_NAMES, inverse, mod, numberMachine, numbersBelow } from './kernel-numbers.ts'

describe.each(CURVE_NAMES)('numbers modulo the order of %s', (crv) => {
  const machine = numberMachine(crv)
  const { kernel, at, shape, order: n, modulus: p } = machine
  const r = 1n << BigInt(shape.limbBits * shape.limbs)
  const rInverse = inverse(r, n)
  const next = numbersBelow(n, `order ${crv}`)

  it('are multiplied as BigInt does', () => {
    const edges = [0n, 1n, 2n, n - 1n, n - 2n, (1n << BigInt(shape.bits)) - 1n, n]
    const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const))
    for (let i = 0; i < 1500; i++) pairs.push([next(), next()])
    for (const [a, b] of pairs) {
      machine.writeNumber(at.m1, a)
      machine.writeNumber(at.m2, b)
      kernel.orderMultiply(at.m3, at.m1, at.m2)
      const found = machine.readNumber(at.m3)
      if (mod(found, n) !== mod(a * b * rInverse, n)) expect([a, b]).toBe(found)
      if (found < 0n || found >= (a * b) / r + n + 1n) expect([a, b]).toBe('in its bounds')
    }
    expect(pairs.length).toBeGreaterThan(1500)
  })

  it('are multiplied at the bounds of their limbs', () => {
    const u = 1n << BigInt(shape.limbBits - 1)
    const limbs = (value: bigint) => [...new Array<bigint>(shape.limbs - 1).fill(value), 0n]
    for (const first of [4n * u, -4n * u, u, 0n]) {
      for (const second of [2n * u, -2n * u, 2n * u - 1n]) {
        machine.writeLimbs(at.m1, limbs(first))
        machine.writeLimbs(at.m2, limbs(second))
        const product = machine.readNumber(at.m1) * machine.readNumber(at.m2)
        kernel.orderMultiply(at.m3, at.m1, at.m2)
        expect(mod(machine.readNumber(at.m3), n)).toBe(mod(product * rInverse, n))
      }
    }
  })

  it('are inverted: 0, 1, n - 1, powers of two, their negatives, and random numbers', () => {
    const powers = Array.from({ length: shape.bits }, (_, i) => (1n << BigInt(i)) % n)
    const numbers = [0n, 1n, n - 1n, (n + 1n) / 2n, ...powers, ...powers.map((x) => n - x)]
    for (let i = 0; i < 300; i++) numbers.push(next())
    for (const value of numbers) {
      machine.writeNumber(at.m1, value)
      kernel.invert(at.m1, at.m1, at.n)
      const found = machine.readNumber(at.m1)
      if (mod(found, n) !== inverse(value, n)) expect([value, found]).toBe(inverse(value, n))
    }
    expect(numbers.length).toBeGreaterThan(2 * shape.bits)
  })

  it.each([
    ['p', p, at.p],
    ['n', n, at.n],
  ] as const)('are brought from [-m, 3m) to one number, modulo %s', (_name, m, address) => {
    const values = [-m, 1n - m, -1n, 0n, 1n, m - 1n, m, m + 1n, 2n * m - 1n, 2n * m, 3n * m - 1n]
    for (let i = 0; i < 200; i++) values.push(next() - (m / 2n) * BigInt(i % 5) + m)
    for (const value of values) {
      machine.writeNumber(at.m1, value)
      kernel.freeze(at.m2, at.m1, address)
      expect(machine.readNumber(at.m2)).toBe(mod(value, m))
      expect(machine.readLimbs(at.m2).every((limb) => limb >= 0n)).toBe(true)
    }
  })

  it('become bytes and come back', () => {
    const values = [0n, 1n, n - 1n, p - 1n, (1n << BigInt(shape.bits)) - 1n, 0x80n, 0xff00n]
    for (let i = 0; i < 100; i++) values.push(next() >> BigInt(i))
    for (const value of values) {
      machine.writeNumber(at.m1, value)
      machine.bytes.fill(255, at.bytesK, at.bytesK + 80)
      kernel.toBytes(at.bytesK, at.m1)
      const hex = Buffer.from(machine.bytes.subarray(at.bytesK, at.bytesK + 80))
        .reverse()
        .toString('hex')
      expect(BigInt(`0x${hex}`)).toBe(value)
      kernel.fromBytes(at.m2, at.bytesK)
      expect(machine.readNumber(at.m2)).toBe(value)
    }
  })

  it('that are powers of R are the constants', () => {
    expect(machine.readNumber(at.nRr)).toBe((r * r) % n)
    expect((2n * machine.readNumber(at.nHalf)) % n).toBe(r % n)
    const bits = BigInt(shape.blocks * shape.teeth * shape.spacing)
    expect((2n * machine.readNumber(at.nShift)) % n).toBe(((1n << bits) - 1n) % n)
    expect(bits).toBeGreaterThanOrEqual(BigInt(shape.bits + 2))
  })
})
