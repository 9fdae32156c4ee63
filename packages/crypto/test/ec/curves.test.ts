import { p256, p384, p521 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, it } from 'vitest'
import { CURVES } from '../../src/ec/curves.ts'
import { DOMAIN_PARAMETERS } from '../../src/ec/engine/domain-parameters.ts'

const NOBLE_CURVES = { 'P-256': p256, 'P-384': p384, 'P-521': p521, 'P-256K': secp256k1 } as const

describe.each(['P-256', 'P-384', 'P-521', 'P-256K'] as const)('%s', (crv) => {
  const { Point } = NOBLE_CURVES[crv]

  it("has the parameters of noble's own curve", () => {
    expect({ ...DOMAIN_PARAMETERS[crv], h: 1n }).toEqual(Point.CURVE())
    expect([CURVES[crv].order, CURVES[crv].width]).toEqual([Point.Fn.ORDER, Point.Fp.BYTES])
  })
})
