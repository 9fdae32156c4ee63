import { concatBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { CURVES } from '../../src/ec/curves.ts'
import { ecdsaSign, ecdsaSignDeterministic, ecdsaVerify } from '../../src/ec/ecdsa.ts'
import { makeEcPublicKey } from '../../src/ec/make-ec-key.ts'
import { bigIntToBytes, bytesToBigInt } from '../../src/encoding/bytes.ts'
import type { CurveName, EcKey } from '../../src/key-material.ts'
import { codeOf } from '../refusal.ts'
import { ecTestKey, testRandom } from '../test-keys.ts'

const CURVE_NAMES: readonly CurveName[] = ['P-256', 'P-384', 'P-521', 'P-256K']

describe.each(CURVE_NAMES)('ECDSA on %s', (crv) => {
  const { order, width } = CURVES[crv]
  const key = ecTestKey(crv)
  const publicKey = makeEcPublicKey(crv, key.publicKey.x, key.publicKey.y)
  const digest = new Uint8Array(32).fill(7)
  const signature = ecdsaSign(key, 'SHA-256', digest, testRandom('ecdsa'))
  const r = signature.subarray(0, width)
  const s = signature.subarray(width)

  it('signs r and s of equal width', () => {
    expect(signature).toHaveLength(2 * width)
    expect(ecdsaVerify(publicKey, digest, signature)).toBe(true)
  })

  it('mixes one draw as wide as the order into the nonce', () => {
    const lengths: number[] = []
    const random = testRandom('ecdsa')
    const again = ecdsaSign(key, 'SHA-256', digest, (length) => {
      lengths.push(length)
      return random(length)
    })
    expect(lengths).toEqual([width])
    expect(again).toEqual(signature)
  })

  it('gives another signature from another source, and a third one without a source', () => {
    const other = ecdsaSign(key, 'SHA-256', digest, testRandom('another'))
    const plain = ecdsaSignDeterministic(key, 'SHA-256', digest)
    expect(other).not.toEqual(signature)
    expect(plain).not.toEqual(signature)
    expect(ecdsaSignDeterministic(key, 'SHA-256', digest)).toEqual(plain)
  })

  it('does not reduce s to its lower half', () => {
    const random = testRandom('many')
    const high = Array.from({ length: 24 }, () => ecdsaSign(key, 'SHA-256', digest, random)).filter(
      (signed) => bytesToBigInt(signed.subarray(width)) > order / 2n,
    )
    expect(high.length).toBeGreaterThan(0)
    expect(high.length).toBeLessThan(24)
  })

  it('verifies n - s as well as s', () => {
    const negated = bigIntToBytes(order - bytesToBigInt(s), width)
    expect(ecdsaVerify(key, digest, concatBytes(r, negated))).toBe(true)
  })

  it.each([
    ['r of zero', new Uint8Array(width), s],
    ['s of zero', r, new Uint8Array(width)],
    ['both zero', new Uint8Array(width), new Uint8Array(width)],
    ['r of the order', bigIntToBytes(order, width), s],
    ['s of the order', r, bigIntToBytes(order, width)],
    ['r of all ones', new Uint8Array(width).fill(255), s],
    ['r and s exchanged', s, r],
  ])('%s does not verify', (_, first, second) => {
    expect(ecdsaVerify(key, digest, concatBytes(first, second))).toBe(false)
  })

  it('r + n does not verify where it fits the width', () => {
    const raised = bytesToBigInt(r) + order
    if (raised >> BigInt(8 * width) !== 0n) return expect(raised > order).toBe(true)
    return expect(ecdsaVerify(key, digest, concatBytes(bigIntToBytes(raised, width), s))).toBe(
      false,
    )
  })

  it.each([0, 1, 2 * width - 1, 2 * width + 1])('a signature of %i bytes does not verify', (n) => {
    expect(ecdsaVerify(key, digest, new Uint8Array(n).fill(1))).toBe(false)
  })

  it('nothing verifies under a point off the curve', () => {
    const { x, y } = key.publicKey
    const beside: EcKey = { kty: 'EC', crv, publicKey: { x: y, y: x } }
    expect(ecdsaVerify(beside, digest, signature)).toBe(false)
  })

  it('uses as many bits of a long digest as the order has', () => {
    const long = new Uint8Array(64).fill(7)
    const bits = order.toString(2).length
    const signed = ecdsaSignDeterministic(key, 'SHA-512', long)
    const ignored = Uint8Array.from(long)
    ignored[63] = 1
    expect(ecdsaVerify(key, ignored, signed)).toBe(bits < 505)
  })

  it('throws for an empty digest', () => {
    const none = new Uint8Array(0)
    expect(codeOf(() => ecdsaSign(key, 'SHA-256', none, testRandom('x')))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => ecdsaVerify(key, none, signature))).toBe('INVALID_ARGUMENT')
  })

  it('throws when a public key is to sign', () => {
    expect(codeOf(() => ecdsaSignDeterministic(publicKey, 'SHA-256', digest))).toBe(
      'INVALID_ARGUMENT',
    )
  })
})
