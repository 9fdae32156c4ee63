/** The DER of signatures, compared with node:crypto, which knows both encodings. */

import { createPublicKey, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCryptoError } from '../../src/crypto-error.ts'
import { CURVES } from '../../src/ec/curves.ts'
import { ecdsaSign, ecdsaVerify } from '../../src/ec/ecdsa.ts'
import { ecdsaFromDer, ecdsaToDer } from '../../src/ec/ecdsa-der.ts'
import { bigIntToBytes } from '../../src/encoding/bytes.ts'
import { concatBytes, createHmacDrbg, digest } from '../../src/index.ts'
import type { CurveName } from '../../src/key-material.ts'
import { runs } from '../runs.ts'
import { ecTestKey, nodePrivateKey } from '../test-keys.ts'

const messages = fc.uint8Array({ maxLength: 50 })
const seeds = fc.uint8Array({ minLength: 1, maxLength: 32 })
const CURVE_NAMES = Object.keys(CURVES) as CurveName[]

describe.each(CURVE_NAMES)('on %s', (crv) => {
  const { width } = CURVES[crv]
  const key = ecTestKey(crv)
  const privateKey = nodePrivateKey(key)
  const publicKey = createPublicKey(privateKey)
  const numbers = fc.bigInt({ min: 1n, max: (1n << BigInt(8 * width)) - 1n })
  /** Numbers of every length, as the leading zeros of r and s decide the form of the DER. */
  const shortened = fc
    .tuple(numbers, fc.nat(8 * width - 1))
    .map(([number, bits]) => number >> BigInt(bits) || 1n)

  it('node:crypto verifies the DER of our signatures', () => {
    fc.assert(
      fc.property(messages, seeds, (message, seed) => {
        const hashed = digest('SHA-256', message)
        const der = ecdsaToDer(crv, ecdsaSign(key, 'SHA-256', hashed, createHmacDrbg(seed)))
        expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'der' }, der)).toBe(true)
      }),
      runs(15),
    )
  })

  it('the DER of node:crypto becomes r‖s that both verify, and the same DER again', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const der = new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'der' }))
        const signature = ecdsaFromDer(crv, der)
        expect(ecdsaVerify(key, digest('SHA-256', message), signature)).toBe(true)
        const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
        expect(verify('sha256', message, options, signature)).toBe(true)
        expect(ecdsaToDer(crv, signature)).toEqual(der)
      }),
      runs(15),
    )
  })

  it('r‖s of node:crypto becomes DER that it verifies', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
        const der = ecdsaToDer(crv, sign('sha256', message, options))
        expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'der' }, der)).toBe(true)
      }),
      runs(15),
    )
  })

  it('fromDer inverts toDer for r and s of any length, and changes nothing', () => {
    fc.assert(
      fc.property(shortened, shortened, (r, s) => {
        const signature = concatBytes(bigIntToBytes(r, width), bigIntToBytes(s, width))
        const original = Uint8Array.from(signature)
        const der = ecdsaToDer(crv, signature)
        const copy = Uint8Array.from(der)
        expect(der.length).toBeGreaterThanOrEqual(8)
        expect(der.length).toBeLessThanOrEqual(141)
        expect(ecdsaFromDer(crv, der)).toEqual(original)
        expect([signature, der]).toEqual([original, copy])
      }),
      runs(200),
    )
  })

  it('a changed byte of DER is rejected, or is the one DER of other numbers', () => {
    const der = ecdsaToDer(
      crv,
      sign('sha256', Uint8Array.of(1), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    )
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
        const altered = der.with(at, (der[at] ?? 0) ^ difference)
        const signature = unlessRejected(() => ecdsaFromDer(crv, altered))
        if (signature !== undefined) expect(ecdsaToDer(crv, signature)).toEqual(altered)
      }),
      runs(300),
    )
  })

  it('any bytes are rejected, or are the one DER of two numbers', () => {
    const lengths = fc.uint8Array({ maxLength: 12 }).map((bytes) => {
      const content = Uint8Array.of(2, 1, ...bytes)
      return Uint8Array.of(0x30, content.length, ...content)
    })
    fc.assert(
      fc.property(fc.oneof(lengths, fc.uint8Array({ maxLength: 12 })), (der) => {
        const signature = unlessRejected(() => ecdsaFromDer(crv, der))
        if (signature !== undefined) expect(ecdsaToDer(crv, signature)).toEqual(der)
      }),
      runs(300),
    )
  })
})

/** The result of a call, or `undefined` if it throws INVALID_ARGUMENT. */
function unlessRejected(call: () => Uint8Array): Uint8Array | undefined {
  try {
    return call()
  } catch (error) {
    if (!isCryptoError(error)) throw error
    expect(error.code).toBe('INVALID_ARGUMENT')
    return undefined
  }
}
