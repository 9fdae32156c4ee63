/** Follows the bounds of limbs and values through the point formulas: what the comments promise, for any input. */

import { describe, expect, it } from 'vitest'
import { CURVE_SHAPES, isFolded } from '../../../src/ec/kernel/curve-shape.ts'
import { FN } from '../../../src/ec/kernel/function-numbers.ts'
import { layoutOf } from '../../../src/ec/kernel/memory-layout.ts'
import { addPointSteps, doubleSteps } from '../../../src/ec/kernel/point-formulas.ts'
import type { Step } from '../../../src/ec/kernel/write-code.ts'
import { CURVE_NAMES } from './kernel-numbers.ts'

/** Limbs in units of u, all but the top one; the value in units of p. */
interface Bounds {
  readonly limb: number
  readonly low: number
  readonly high: number
}

const joined = (a: Bounds, b: Bounds): Bounds => ({
  limb: Math.max(a.limb, b.limb),
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
})

describe.each(CURVE_NAMES)('bounds on %s', (crv) => {
  const shape = CURVE_SHAPES[crv]
  const at = layoutOf(shape)
  const { limbs, limbBits, bits } = shape
  const u = 2 ** (limbBits - 1)
  /** R in units of p, from below. */
  const room = 2 ** (limbs * limbBits - bits)
  const topLimb = ({ low, high }: Bounds) =>
    (Math.max(-low, high) * 2 ** (bits - (limbs - 1) * limbBits) + 2) / u
  let largestColumn = 0

  function product(a: Bounds, b: Bounds): Bounds {
    const [topA, topB] = [topLimb(a), topLimb(b)]
    const column = Math.max(
      limbs * a.limb * b.limb,
      (limbs - 2) * a.limb * b.limb + topA * b.limb + a.limb * topB,
      topA * topB,
    )
    largestColumn = Math.max(largestColumn, column)
    if (isFolded(shape)) return { limb: 1 + 2 ** 22 / u, low: -17, high: 17 }
    const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
    return { limb: 1, low: Math.min(...corners) / room, high: Math.max(...corners) / room + 1 }
  }

  function square(a: Bounds): Bounds {
    const result = product(a, a)
    return isFolded(shape) ? result : { ...result, low: 0 }
  }

  const combined = (a: Bounds, b: Bounds, sign: 1 | -1, times: number): Bounds => ({
    limb: a.limb + times * b.limb,
    low: a.low + times * (sign === 1 ? b.low : -b.high),
    high: a.high + times * (sign === 1 ? b.high : -b.low),
  })

  const BOUNDS_OF: ReadonlyMap<number, (a: Bounds, b: () => Bounds) => Bounds> = new Map([
    [FN.multiply, (a, b) => product(a, b())],
    [FN.square, (a) => square(a)],
    [FN.add, (a, b) => combined(a, b(), 1, 1)],
    [FN.subtract, (a, b) => combined(a, b(), -1, 1)],
    [FN.subtractTwice, (a, b) => ({ ...combined(a, b(), -1, 2), limb: 1 })],
    [
      FN.tripleHalf,
      (a) => ({
        limb: (3 * a.limb + 1) / 2 + 1,
        low: (3 * a.low) / 2,
        high: (3 * a.high + 1) / 2,
      }),
    ],
  ])

  function run(memory: Map<number, Bounds>, steps: readonly Step[]): void {
    const read = (address: number | undefined) => {
      const bounds = memory.get(address ?? -1)
      if (bounds === undefined) throw new Error('A step reads what no step has written.')
      return bounds
    }
    for (const [callee, to = -1, first, second] of steps) {
      const a = read(first)
      const result = BOUNDS_OF.get(callee)?.(a, () => read(second))
      if (result === undefined) throw new Error(`The step ${callee} has no bounds here.`)
      memory.set(to, result)
    }
  }

  it('do not grow however many points are doubled and added, and leave every column below 2^63', () => {
    const affine = { limb: 1 + 2 ** -6, low: -2, high: 2 }
    const wide = isFolded(shape) ? { ...affine, low: -17, high: 17 } : affine
    const memory = new Map([
      [at.x, wide],
      [at.y, wide],
      [at.z, wide],
      [at.addX, wide],
      [at.addY, wide],
    ])
    const coordinates = [at.x, at.y, at.z]
    const bound = (address: number) => memory.get(address) ?? wide
    // One step further changes nothing: from then on, neither does any sequence of steps.
    for (let round = 0; ; round++) {
      const before = coordinates.map(bound)
      for (const steps of [doubleSteps(shape, at), addPointSteps(at)]) {
        const kept = coordinates.map(bound)
        run(memory, steps)
        for (const [i, address] of coordinates.entries()) {
          memory.set(address, joined(kept[i] ?? wide, bound(address)))
        }
      }
      if (coordinates.every((address, i) => same(bound(address), before[i] ?? wide))) break
      expect(round).toBeLessThan(100)
    }
    // A column of products, of quotient terms or folded digits, and the carry.
    const others = isFolded(shape)
      ? 2 ** limbBits * (31264 + 256)
      : shape.powers.length * 2 ** (2 * limbBits - 1)
    expect(largestColumn).toBeGreaterThan(5 * limbs)
    expect(largestColumn * u * u + others + 2 ** 36).toBeLessThan(2 ** 63)
    if (isFolded(shape)) return
    for (const address of coordinates) {
      expect(bound(address).low).toBeGreaterThan(-4)
      expect(bound(address).high).toBeLessThan(4)
    }
  })

  it('leave a column modulo the order below 2^63', () => {
    expect(12 * limbs * u * u + 2 ** 36).toBeLessThan(2 ** 63)
  })
})

const same = (a: Bounds, b: Bounds) =>
  Math.abs(a.limb - b.limb) < 1e-9 &&
  Math.abs(a.low - b.low) < 1e-9 &&
  Math.abs(a.high - b.high) < 1e-9
