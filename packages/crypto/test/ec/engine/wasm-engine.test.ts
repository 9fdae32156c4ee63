import { normalizeZ } from '@noble/curves/abstract/curve.js'
import { describe, expect, it } from 'vitest'
import type { CurveEngine } from '../../../src/ec/engine/ec-engine.ts'
import { createMachine, type Machine } from '../../../src/ec/engine/machine.ts'
import { createNobleEngine, noblePoint } from '../../../src/ec/engine/noble-engine.ts'
import { difference } from '../../../src/ec/engine/scalar-bytes.ts'
import { createWasmEngine, engineOn } from '../../../src/ec/engine/wasm-engine.ts'
import { TABLE_SLOTS } from '../../../src/ec/kernel/memory-layout.ts'
import { bigIntToBytes, bytesToBigInt } from '../../../src/encoding/bytes.ts'
import type { CurveName, EcPublicKey } from '../../../src/key-material.ts'
import { flipped } from '../../flip.ts'
import { testRandom } from '../../test-keys.ts'
import { CURVE_NAMES, mod } from '../kernel/kernel-numbers.ts'

describe.each(CURVE_NAMES)('WebAssembly on %s', (crv) => {
  const { machine, engine } = fresh(crv)
  const { width, p, n } = machine
  const noble = createNobleEngine(crv, width)
  const Point = noblePoint(crv)
  const order = machine.parameters.n
  const wide = (value: bigint) => bigIntToBytes(value, width)
  const random = testRandom(`engine ${crv}`)
  const someScalar = () => wide((bytesToBigInt(random(width + 8)) % (order - 1n)) + 1n)

  function expectMultiples(
    scalars: readonly bigint[],
    points: readonly InstanceType<typeof Point>[],
  ) {
    const affine = normalizeZ(Point, [...points])
    for (const [i, scalar] of scalars.entries()) {
      const found = engine.publicKey(wide(scalar))
      const { x, y } = affine[i] ?? Point.ZERO
      const isEqual = bytesToBigInt(found.x) === x && bytesToBigInt(found.y) === y
      if (!isEqual) expect([scalar, found]).toBe('the multiple of the base point')
    }
    expect(affine).toHaveLength(scalars.length)
  }

  it('multiplies the base point by 1 to 600 and by -1 to -600', () => {
    const scalars: bigint[] = []
    const points: InstanceType<typeof Point>[] = []
    for (let i = 1n, point = Point.BASE; i <= 600n; i++, point = point.add(Point.BASE)) {
      scalars.push(i, order - i)
      points.push(point, point.negate())
    }
    expectMultiples(scalars, points)
  })

  it('multiplies the base point by every power of two and its neighbours', () => {
    const scalars: bigint[] = []
    const points: InstanceType<typeof Point>[] = []
    for (let i = 0, point = Point.BASE.double(); i < machine.shape.bits - 2; i++) {
      const power = 2n << BigInt(i)
      scalars.push(power, power + 1n, power - 1n, order - power)
      points.push(point, point.add(Point.BASE), point.subtract(Point.BASE), point.negate())
      point = point.double()
    }
    expectMultiples(scalars, points)
  })

  it('multiplies the base point where the comb sees zeros, ones or a single one', () => {
    // e = (k + 2^D - 1)/2, so k = 2e - (2^D - 1).
    const { blocks, teeth, spacing } = machine.shape
    const bits = BigInt(blocks * teeth * spacing)
    const all = (1n << bits) - 1n
    const digits = [0n, 1n, 2n, 3n, all / 2n, order - 1n, (order + 1n) / 2n, 1n << 128n]
    const scalars = [...digits.map((e) => mod(2n * e - all, order)), (order - 1n) / 2n]
    expectMultiples(
      scalars,
      scalars.map((scalar) => Point.BASE.multiply(scalar)),
    )
  })

  it('does as noble with 20 random keys', () => {
    for (let i = 0; i < 20; i++) {
      const d = someScalar()
      const digest = random(1 + ((i * 7) % 80))
      const extra = i % 2 === 0 ? random(width) : undefined
      const point = engine.publicKey(d)
      expect(point).toEqual(noble.publicKey(d))
      const signature = engine.sign('SHA-256', d, digest, extra)
      expect(signature).toEqual(noble.sign('SHA-256', d, digest, extra))
      expect(engine.verify(point, digest, signature)).toBe(true)
      expect(engine.verify(point, digest, flipped(signature, i * 31))).toBe(false)
    }
  })

  it('signs and verifies the same in the first call and after thousands', () => {
    const { engine: another } = fresh(crv)
    const [d, digest] = [someScalar(), random(32)]
    const first = another.sign('SHA-256', d, digest)
    const point = another.publicKey(d)
    const flippedSignature = flipped(first, 100)
    for (let i = 0; i < 3000; i++) {
      if (i % 3 === 0) expect(another.sign('SHA-256', d, digest)).toEqual(first)
      else
        expect(another.verify(point, digest, i % 3 === 1 ? first : flippedSignature)).toBe(
          i % 3 === 1,
        )
    }
  })

  it('verifies with more keys than it has tables', () => {
    const keys = Array.from({ length: TABLE_SLOTS + 5 }, () => {
      const d = someScalar()
      const digest = random(32)
      return { point: engine.publicKey(d), digest, signature: engine.sign('SHA-256', d, digest) }
    })
    for (let round = 0; round < 2; round++) {
      for (const [i, { point, digest, signature }] of keys.entries()) {
        expect(engine.verify(point, digest, signature)).toBe(true)
        const other = keys[(i + TABLE_SLOTS) % keys.length]
        expect(engine.verify(other?.point ?? point, digest, signature)).toBe(false)
      }
    }
  })

  it('keeps verifications of one key apart from signatures of another', () => {
    const [one, other, digest] = [someScalar(), someScalar(), random(32)]
    const point = engine.publicKey(one)
    const signature = engine.sign('SHA-256', one, digest)
    const expected = engine.sign('SHA-256', other, digest)
    for (let i = 0; i < 20; i++) {
      expect(engine.verify(point, digest, signature)).toBe(true)
      expect(engine.sign('SHA-256', other, digest)).toEqual(expected)
    }
  })

  it('verifies nothing under a point off the curve, and goes on with others', () => {
    const [d, digest] = [someScalar(), random(32)]
    const point = engine.publicKey(d)
    const signature = engine.sign('SHA-256', d, digest)
    const beside: EcPublicKey[] = [
      { x: point.y, y: point.x },
      { x: new Uint8Array(width), y: new Uint8Array(width) },
      { x: point.x, y: p },
      { x: p, y: point.y },
      { x: point.x.subarray(1), y: point.y },
      { x: point.x, y: Uint8Array.from([0, ...point.y]) },
      { x: point.x, y: new Uint8Array(width).fill(255) },
    ]
    for (const wrong of beside) {
      expect(engine.isOnCurve(wrong)).toBe(false)
      expect(engine.verify(wrong, digest, signature)).toBe(false)
    }
    expect(engine.verify(point, digest, signature)).toBe(true)
  })

  it('finds the y of an x, and none where there is none, as noble does', () => {
    const edges = [0n, 1n, 2n, 3n, 5n, 6n, 7n].flatMap((x) => [
      wide(x),
      difference(p, wide(x + 1n)),
    ])
    const xs = [...edges, p, n, new Uint8Array(width).fill(255)]
    for (let i = 0; i < 20; i++)
      xs.push(bytesToBigInt(random(width)) < bytesToBigInt(p) ? random(width) : wide(9n))
    let found = 0
    for (const x of xs) {
      for (const odd of [true, false]) {
        const y = engine.findY(x, odd)
        expect(y).toEqual(noble.findY(x, odd))
        if (y === undefined) continue
        found++
        expect((y[width - 1] ?? 0) % 2 === 1).toBe(odd)
        expect(engine.isOnCurve({ x, y })).toBe(true)
        expect(engine.isOnCurve({ x, y: difference(p, y) })).toBe(true)
        expect(engine.isOnCurve({ x, y: flipped(y, 3) })).toBe(false)
      }
    }
    expect(found).toBeGreaterThan(10)
    expect(found).toBeLessThan(2 * xs.length)
  })
})

describe.each(CURVE_NAMES)('the memory of the kernel of %s', (crv) => {
  const { machine, engine } = fresh(crv)
  const { at, bytes, width } = machine
  const scratch = () => bytes.subarray(at.scratch, at.scratchEnd)
  const isWiped = () => scratch().every((byte) => byte === 0)
  const random = testRandom(`memory ${crv}`)
  const d = random(width)
  d[0] = 0
  const digest = random(32)

  it('has no secret after a call', () => {
    const point = engine.publicKey(d)
    expect(isWiped()).toBe(true)
    const signature = engine.sign('SHA-256', d, digest)
    expect(isWiped()).toBe(true)
    engine.verify(point, digest, signature)
    expect(isWiped()).toBe(true)
    engine.findY(point.x, true)
    expect(isWiped()).toBe(true)
  })

  it('has bytes of the private key nowhere', () => {
    engine.sign('SHA-256', d, digest)
    const secret = Buffer.from(d.subarray(1, 17)).reverse()
    expect(Buffer.from(bytes).includes(secret)).toBe(false)
  })

  it.each(['sign', 'publicKey', 'verify'] as const)('has no secret after %s throws', (name) => {
    const point = engine.publicKey(d)
    const signature = engine.sign('SHA-256', d, digest)
    let seen = 0
    const failing: Machine = {
      ...machine,
      kernel: {
        ...machine.kernel,
        [name](table: number) {
          machine.kernel[name](table)
          seen = scratch().filter((byte) => byte !== 0).length
          throw new Error('Out of order.')
        },
      },
    }
    const broken = engineOn(crv, failing)
    const run = {
      sign: () => broken.sign('SHA-256', d, digest),
      publicKey: () => broken.publicKey(d),
      verify: () => broken.verify(point, digest, signature),
    }[name]
    expect(run).toThrow('Out of order.')
    expect(seen).toBeGreaterThan(100)
    expect(isWiped()).toBe(true)
  })
})

function fresh(crv: CurveName): { machine: Machine; engine: CurveEngine } {
  const machine = createMachine(crv)
  if (machine === undefined || createWasmEngine(crv) === undefined) {
    throw new Error('This host cannot run the kernel.')
  }
  return { machine, engine: engineOn(crv, machine) }
}
