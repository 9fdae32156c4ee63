/** Keys, nonces and digests at which additions of equal or opposite points happen, and r above the order. */

import { createPublicKey, verify as nodeVerify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  createMachine,
  type Machine,
  readBytes,
  writeBytes,
} from '../../../src/ec/engine/machine.ts'
import { createNobleEngine, noblePoint } from '../../../src/ec/engine/noble-engine.ts'
import { leftmostBits } from '../../../src/ec/engine/scalar-bytes.ts'
import { engineOn } from '../../../src/ec/engine/wasm-engine.ts'
import { bigIntToBytes, bytesToBigInt } from '../../../src/encoding/bytes.ts'
import { digest as hash } from '../../../src/hash/hashes.ts'
import { testRandom } from '../../test-keys.ts'
import { CURVE_NAMES, inverse, mod } from '../kernel/kernel-numbers.ts'

describe.each(CURVE_NAMES)('exceptional additions on %s', (crv) => {
  const machine = createMachine(crv)
  if (machine === undefined) throw new Error('This host cannot run the kernel.')
  const { width, shape, parameters } = machine
  const { p, n } = parameters
  const Point = noblePoint(crv)
  const noble = createNobleEngine(crv, width)
  let slowVerifications = 0
  const counting: Machine = {
    ...machine,
    kernel: {
      ...machine.kernel,
      verify(table) {
        machine.kernel.verify(table)
        if (isZero(machine, machine.at.t3)) slowVerifications++
      },
    },
  }
  const engine = engineOn(crv, counting)
  const wide = (value: bigint) => bigIntToBytes(value, width)
  const edges = [1n, 2n, 3n, n - 1n, n - 2n, (n + 1n) / 2n, (n - 1n) / 2n, 1n << 128n]
  const multiple = (scalar: bigint) => Point.BASE.multiply(scalar).toAffine()
  const xs = new Map(edges.map((k) => [k, multiple(k).x]))
  const publicKeys = new Map(edges.map((d) => [d, engine.publicKey(wide(d))]))
  /** A digest whose leftmost bits are z. */
  const digestOf = (z: bigint) => wide(z << BigInt(8 * width - shape.bits))
  const joined = (r: bigint, s: bigint) => Uint8Array.from([...wide(r), ...wide(s)])

  it('give the public keys of structured scalars', () => {
    for (const [d, point] of publicKeys) {
      const { x, y } = multiple(d)
      expect([bytesToBigInt(point.x), bytesToBigInt(point.y)]).toEqual([x, y])
    }
  })

  it('give the signatures of structured keys, nonces and digests', () => {
    engine.sign('SHA-256', wide(1n), wide(1n))
    const zs = [0n, 1n, n - 1n, n, (1n << BigInt(shape.bits)) - 1n]
    for (const [k, x] of xs) {
      for (const d of edges) {
        for (const z of zs) {
          const r = mod(x, n)
          const s = mod(inverse(k, n) * (z + r * d), n)
          expect(signedWith(machine, { k: wide(k), d: wide(d), z: wide(z) })).toEqual([r, s])
          if (s === 0n) continue
          const point = publicKeys.get(d) ?? { x: wide(0n), y: wide(0n) }
          if (!engine.verify(point, digestOf(z), joined(r, s))) expect([k, d, z]).toBe('verified')
        }
      }
    }
    expect(xs.size).toBe(edges.length)
  })

  it('are found and verified, right and wrong, where the two multiples are equal or opposite', () => {
    const random = testRandom(`equal ${crv}`)
    for (const d of [...edges, bytesToBigInt(leftmostBits(random(width), shape.bits - 1, width))]) {
      const point = engine.publicKey(wide(d))
      for (const k of [1n, 3n, (n + 1n) / 2n]) {
        const r = mod(multiple(k).x, n)
        // u1 = z/s and u2 = r/s: u1·G = u2·Q where z = r·d, and u1·G = -u2·Q where z = -r·d.
        const equal = mod(r * d, n)
        const s = mod(2n * r * d * inverse(k, n), n)
        expect(engine.verify(point, digestOf(equal), joined(r, s))).toBe(true)
        expect(engine.verify(point, digestOf(mod(-equal, n)), joined(r, s))).toBe(false)
        expect(engine.verify(point, digestOf(mod(-equal, n)), joined(r, 1n))).toBe(false)
        expect(engine.verify(point, digestOf(equal), joined(r, mod(s + 1n, n)))).toBe(false)
      }
    }
    expect(slowVerifications).toBeGreaterThan(20)
  })

  it('do not happen with a digest of zeros', () => {
    const random = testRandom(`zeros ${crv}`)
    for (let i = 0; i < 8; i++) {
      const d = leftmostBits(random(width), shape.bits - 1, width)
      const signature = engine.sign('SHA-256', d, new Uint8Array(width))
      expect(engine.verify(engine.publicKey(d), new Uint8Array(width), signature)).toBe(true)
    }
  })

  it('leave room for an x above the order: r + n verifies in place of r', () => {
    const random = testRandom(`above ${crv}`)
    let found = 0
    for (let x = n; found < 3; x++) {
      const y = engine.findY(wide(x), false)
      if (y === undefined) continue
      found++
      // The public key that makes (x - n, s) a signature of z: Q = (s·R - z·G)/r.
      const r = x - n
      if (r === 0n) continue
      const [s, z] = [1n + (bytesToBigInt(random(16)) % n), bytesToBigInt(random(16)) % n]
      const R = Point.fromAffine({ x, y: bytesToBigInt(y) })
      const Q = R.multiply(s).subtract(Point.BASE.multiply(z)).multiply(inverse(r, n)).toAffine()
      const point = { x: wide(Q.x), y: wide(Q.y) }
      const signature = joined(r, s)
      expect(engine.verify(point, digestOf(z), signature)).toBe(true)
      expect(noble.verify(point, digestOf(z), signature)).toBe(true)
      expect(engine.verify(point, digestOf(z + 1n), signature)).toBe(false)
      expect(engine.verify(point, digestOf(z), joined(r + 1n, s))).toBe(false)
    }
    expect(n).toBeLessThan(p)
  })

  it.each([
    ['0', 0n],
    ['n', n],
    ['n + 1', n + 1n],
    ['all ones', (1n << BigInt(8 * width)) - 1n],
  ])('verify no r or s of %s', (_title, value) => {
    const digest = testRandom('range')(width)
    const point = publicKeys.get(3n) ?? { x: wide(0n), y: wide(0n) }
    const signature = engine.sign('SHA-256', wide(3n), digest)
    const [r, s] = [
      bytesToBigInt(signature.subarray(0, width)),
      bytesToBigInt(signature.subarray(width)),
    ]
    expect(engine.verify(point, digest, signature)).toBe(true)
    expect(engine.verify(point, digest, joined(value, s))).toBe(false)
    expect(engine.verify(point, digest, joined(r, value))).toBe(false)
    expect(engine.verify(point, digest, joined(r, n - s))).toBe(true)
  })

  it('give signatures with leading zeros that node:crypto verifies', () => {
    const random = testRandom(`leading ${crv}`)
    let short = 0
    for (let i = 0; short < 2 && i < 3000; i++) {
      const message = random(8)
      const digest = hash('SHA-256', message)
      const signature = engine.sign('SHA-256', wide(3n), digest)
      const limit = crv === 'P-521' ? 1 : 0
      if (signature[0] !== 0 || (signature[limit] ?? 1) !== 0) continue
      short++
      const { x, y } = publicKeys.get(3n) ?? { x: wide(0n), y: wide(0n) }
      const key = createPublicKey({
        format: 'jwk',
        key: {
          kty: 'EC',
          crv: crv === 'P-256K' ? 'secp256k1' : crv,
          x: Buffer.from(x).toString('base64url'),
          y: Buffer.from(y).toString('base64url'),
        },
      })
      expect(nodeVerify('SHA-256', message, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(
        true,
      )
      expect(engine.verify({ x, y }, digest, signature)).toBe(true)
    }
    expect(short).toBe(2)
  })
})

/** What the kernel signs with a nonce of our choice. */
function signedWith(
  machine: Machine,
  { k, d, z }: { k: Uint8Array; d: Uint8Array; z: Uint8Array },
): readonly bigint[] {
  const { kernel, at, width } = machine
  writeBytes(machine, at.bytesK, k)
  writeBytes(machine, at.bytesD, d)
  writeBytes(machine, at.bytesZ, z)
  kernel.sign()
  return [at.bytesR, at.bytesS].map((address) => {
    const bytes = new Uint8Array(width)
    readBytes(machine, address, bytes)
    return bytesToBigInt(bytes)
  })
}

function isZero({ words, shape }: Machine, address: number): boolean {
  const limbs = words.subarray(address / 4, address / 4 + 2 * shape.limbs)
  return limbs.every((limb) => limb === 0)
}
