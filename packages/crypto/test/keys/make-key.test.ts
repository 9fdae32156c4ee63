import { inspect } from 'node:util'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { CURVES } from '../../src/ec/curves.ts'
import { DOMAIN_PARAMETERS } from '../../src/ec/engine/domain-parameters.ts'
import { makeEcKey, makeEcPublicKey } from '../../src/ec/make-ec-key.ts'
import { bigIntToBytes } from '../../src/encoding/bytes.ts'
import type { CurveName } from '../../src/key-material.ts'
import { makeOctKey } from '../../src/keys/make-oct-key.ts'
import { makeRsaKey, makeRsaPublicKey } from '../../src/rsa/make-rsa-key.ts'
import { Secret } from '../../src/secret.ts'
import { codeOf } from '../refusal.ts'
import { ecTestKey, rsaTestKey } from '../test-keys.ts'

const CURVE_NAMES = Object.keys(CURVES) as CurveName[]
const numbersOf = (key = rsaTestKey(1024)) => Secret.reveal(key.privateKey)

describe('makeRsaKey', () => {
  it('stores the eight numbers in a secret and exposes n and e', () => {
    const { n, e, d, p, q, dp, dq, qi } = numbersOf()
    const key = makeRsaKey({ n, e, d, p, q, dp, dq, qi })
    expect(numbersOf(key)).toEqual({ n, e, d, p, q, dp, dq, qi })
    expect(key.bits).toBe(1024)
    expect(bytesToHex(key.publicKey.e)).toBe('010001')
    expect(key.publicKey.n).toHaveLength(128)
  })

  it('freezes key and public part', () => {
    const key = makeRsaKey(numbersOf())
    expect(Object.isFrozen(key)).toBe(true)
    expect(Object.isFrozen(key.publicKey)).toBe(true)
  })

  it('does not print its secret', () => {
    const key = makeRsaKey(numbersOf())
    expect(inspect(key)).toContain('[secret]')
    expect(JSON.stringify(key)).not.toContain(numbersOf().d.toString())
  })
})

describe('makeRsaPublicKey', () => {
  it('has no private part', () => {
    expect(makeRsaPublicKey(numbersOf().n, 3n)).not.toHaveProperty('privateKey')
  })

  it('counts the bits of a modulus that does not fill its first byte', () => {
    expect(makeRsaPublicKey(1n << 1024n, 3n).bits).toBe(1025)
  })
})

describe.each(CURVE_NAMES)('makeEcKey on %s', (crv) => {
  const { order, width } = CURVES[crv]

  it('maps 1 to the base point', () => {
    const { Gx, Gy } = DOMAIN_PARAMETERS[crv]
    const { publicKey } = makeEcKey(crv, Uint8Array.of(1))
    expect(bytesToHex(publicKey.x)).toBe(bytesToHex(bigIntToBytes(Gx, width)))
    expect(bytesToHex(publicKey.y)).toBe(bytesToHex(bigIntToBytes(Gy, width)))
  })

  it('accepts a scalar without leading zeros, and stores it at full width', () => {
    const { privateKey } = makeEcKey(crv, Uint8Array.of(1))
    expect(Secret.reveal(privateKey)).toHaveLength(width)
  })

  it('accepts the largest scalar', () => {
    expect(makeEcKey(crv, bigIntToBytes(order - 1n, width)).crv).toBe(crv)
  })

  it('rejects zero', () => {
    expect(codeOf(() => makeEcKey(crv, new Uint8Array(width)))).toBe('INVALID_KEY')
  })

  it('rejects the order', () => {
    expect(codeOf(() => makeEcKey(crv, bigIntToBytes(order, width)))).toBe('INVALID_KEY')
  })

  it('makes a public key of its own point', () => {
    const { publicKey } = ecTestKey(crv)
    const key = makeEcPublicKey(crv, publicKey.x, publicKey.y)
    expect(key.publicKey).toEqual(publicKey)
    expect(key).not.toHaveProperty('privateKey')
  })

  it('rejects a point off the curve', () => {
    const { x, y } = ecTestKey(crv).publicKey
    const changed = Uint8Array.from(y)
    changed[width - 1] = (changed[width - 1] ?? 0) ^ 1
    expect(codeOf(() => makeEcPublicKey(crv, x, changed))).toBe('INVALID_KEY')
  })

  it('rejects a coordinate that is not below the field', () => {
    const { x, y } = ecTestKey(crv).publicKey
    const raised = BigInt(`0x${bytesToHex(x)}`) + DOMAIN_PARAMETERS[crv].p
    expect(codeOf(() => makeEcPublicKey(crv, bigIntToBytes(raised, width + 1), y))).toBe(
      'INVALID_KEY',
    )
  })

  it('rejects the point at infinity', () => {
    const zero = new Uint8Array(width)
    expect(codeOf(() => makeEcPublicKey(crv, zero, zero))).toBe('INVALID_KEY')
  })
})

describe('makeOctKey', () => {
  it('copies the bytes', () => {
    const bytes = hexToBytes('00112233445566778899aabbccddeeff')
    const key = makeOctKey(bytes)
    bytes.fill(0)
    expect(bytesToHex(Secret.reveal(key.secretKey))).toBe('00112233445566778899aabbccddeeff')
  })

  it('counts bits', () => {
    expect(makeOctKey(new Uint8Array(5)).bits).toBe(40)
  })

  it('rejects an empty array', () => {
    expect(codeOf(() => makeOctKey(new Uint8Array(0)))).toBe('INVALID_KEY')
  })
})
