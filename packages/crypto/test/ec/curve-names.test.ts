import { describe, expect, it } from 'vitest'
import { findCurve } from '../../src/index.ts'

describe('a curve is found', () => {
  it.each([
    ['P-256', 'P-256'],
    ['p-384', 'P-384'],
    ['P-521', 'P-521'],
    ['P-256K', 'P-256K'],
    ['secp256k1', 'P-256K'],
    ['SECP256K1', 'P-256K'],
  ])('under the name %s as %s', (name, crv) => {
    expect(findCurve(name)).toBe(crv)
  })

  it.each(['P-192', 'secp256r1', '', ' P-256'])('not under the name "%s"', (name) => {
    expect(findCurve(name)).toBeUndefined()
  })
})
