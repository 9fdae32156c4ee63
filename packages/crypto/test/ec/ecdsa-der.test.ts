import { describe, expect, it } from 'vitest'
import { CURVES } from '../../src/ec/curves.ts'
import { ecdsaFromDer, ecdsaToDer } from '../../src/ec/ecdsa-der.ts'
import { bytesToHex, concatBytes, hexToBytes } from '../../src/index.ts'
import type { CurveName } from '../../src/key-material.ts'
import { refusalOf } from '../refusal.ts'

const CURVE_NAMES = Object.keys(CURVES) as CurveName[]

/** r‖s of two small numbers. */
function rs(width: number, r: number, s: number): Uint8Array {
  const signature = new Uint8Array(2 * width)
  signature.set([r], width - 1)
  signature.set([s], 2 * width - 1)
  return signature
}

describe.each(CURVE_NAMES)('on %s', (crv) => {
  const { width } = CURVES[crv]

  it('integers are minimal, with a zero byte before a high bit', () => {
    const der = ecdsaToDer(crv, rs(width, 0x7f, 0x80))
    expect(bytesToHex(der)).toBe('300702017f02020080')
    expect(ecdsaFromDer(crv, der)).toEqual(rs(width, 0x7f, 0x80))
  })

  it('integers have at most the width of the order', () => {
    const widest = new Uint8Array(2 * width).fill(0xff)
    const der = ecdsaToDer(crv, widest)
    expect(ecdsaFromDer(crv, der)).toEqual(widest)
    const wider = ecdsaToDer('P-521', rs(66, 1, 1))
    expect(ecdsaFromDer(crv, wider)).toEqual(rs(width, 1, 1))
  })

  it.each([-1, 1, 64])('a signature with %i bytes more than r‖s is rejected', (change) => {
    const length = 2 * width + change
    expect(refusalOf(() => ecdsaToDer(crv, new Uint8Array(length).fill(1)))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: `A signature on ${crv} has ${2 * width} bytes, not ${length}.`,
    })
  })

  it.each([
    ['r', 0, 1],
    ['s', 1, 0],
  ])('%s of zero is rejected', (_, r, s) => {
    expect(refusalOf(() => ecdsaToDer(crv, rs(width, r, s)))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: 'The signature is not valid: r and s must be positive.',
    })
  })

  it('an integer wider than the order is rejected', () => {
    const integer = concatBytes(Uint8Array.of(2, width + 1, 1), new Uint8Array(width))
    const content = concatBytes(integer, Uint8Array.of(2, 1, 1))
    const der = concatBytes(Uint8Array.of(0x30, content.length), content)
    expect(refusalOf(() => ecdsaFromDer(crv, der))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: `The signature is not valid: r and s on ${crv} have at most ${width} bytes.`,
    })
  })
})

describe('ecdsaFromDer', () => {
  it.each([
    ['no bytes', ''],
    ['a sequence that ends early', '3006020101'],
    ['bytes after the sequence', '300602010102010100'],
    ['bytes after s', '30080201010201010500'],
    ['a third integer', '3009020101020101020101'],
    ['only r', '3003020101'],
    ['an empty sequence', '3000'],
    ['a set', '3106020101020101'],
    ['a bit string for r', '3006030101020101'],
    ['an octet string for s', '3006020101040101'],
    ['an r of zero', '3006020100020101'],
    ['an s of zero', '3006020101020100'],
    ['a negative r', '3006020180020101'],
    ['a negative s', '30060201010201ff'],
    ['an r without bytes', '30050200020101'],
    ['an r that is not minimal', '300702020001020101'],
    ['an s that is not minimal', '30070201010202007f'],
    ['a length in more bytes than needed', '308106020101020101'],
    ['a length with a zero byte', '30820006020101020101'],
    ['an indefinite length', '30800201010201010000'],
    ['an inner length in more bytes than needed', '300702810101020101'],
  ])('rejects %s', (_, hex) => {
    const { code, message } = refusalOf(() => ecdsaFromDer('P-256', hexToBytes(hex)))
    expect(code).toBe('INVALID_ARGUMENT')
    expect(message).toMatch(/^The (DER is damaged|signature is not valid): /)
  })

  it('rejects bytes inside the sequence of a real signature', () => {
    const der = ecdsaToDer('P-256', rs(32, 1, 1))
    const longer = concatBytes(Uint8Array.of(0x30, 8), der.subarray(2), Uint8Array.of(5, 0))
    expect(refusalOf(() => ecdsaFromDer('P-256', longer)).message).toBe(
      'The signature is not valid: it must have two integers.',
    )
  })

  it.each([7, 128, 65_537])('rejects %i bytes of no structure', (length) => {
    expect(refusalOf(() => ecdsaFromDer('P-256', new Uint8Array(length))).code).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('does not compare r and s with the order, which is part of verification', () => {
    const { order, width } = CURVES['P-256']
    const signature = concatBytes(
      hexToBytes(order.toString(16)),
      hexToBytes('01'.padStart(2 * width, '0')),
    )
    expect(ecdsaFromDer('P-256', ecdsaToDer('P-256', signature))).toEqual(signature)
  })
})

describe('a curve', () => {
  it.each(['P-224', 'p-256', 'secp256k1', 'constructor'])('cannot be %s', (name) => {
    const crv = name as CurveName
    for (const call of [
      () => ecdsaToDer(crv, rs(32, 1, 1)),
      () => ecdsaFromDer(crv, hexToBytes('3006020101020101')),
    ]) {
      expect(refusalOf(call)).toEqual({
        code: 'INVALID_ARGUMENT',
        message: 'The curve must be one of P-256, P-384, P-521, P-256K.',
      })
    }
  })
})
