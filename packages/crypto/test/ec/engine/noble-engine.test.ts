import { p256, p384, p521 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, it } from 'vitest'
import { noblePoint, useBasePoint } from '../../../src/ec/engine/noble-engine.ts'

const NOBLE_CURVES = { 'P-256': p256, 'P-384': p384, 'P-521': p521, 'P-256K': secp256k1 } as const

describe.each(['P-256', 'P-384', 'P-521', 'P-256K'] as const)('%s on noble', (crv) => {
  const { Point } = NOBLE_CURVES[crv]

  it('is made once', () => {
    expect(noblePoint(crv)).toBe(noblePoint(crv))
  })

  it('multiplies public points as noble does, with or without an endomorphism', () => {
    const scalar = Point.Fn.ORDER / 3n
    const point = noblePoint(crv).BASE.multiplyUnsafe(7n).multiplyUnsafe(scalar)
    expect(point.toAffine()).toEqual(Point.BASE.multiplyUnsafe(7n).multiply(scalar).toAffine())
  })

  it('gives the same multiples of the base point before and after the change to the large table', () => {
    for (let use = 1n; use <= 70n; use++) {
      const scalar = Point.Fn.ORDER / (use + 1n)
      const expected = Point.BASE.multiply(scalar).toAffine()
      expect(useBasePoint(crv).multiply(scalar).toAffine()).toEqual(expected)
    }
  })
})
