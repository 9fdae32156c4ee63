import { expect } from 'vitest'
import { type CurveName, hexToBytes, importJwk, toBase64url } from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'
import { codeOf } from '../refusal.ts'

type PointCase = VectorCase<{ crv: CurveName; x: string; y: string }>

runVectors<PointCase>('acvp-ec-public-key.json.gz', {
  fields: ['crv', 'x', 'y'],
  run({ crv, x, y, valid }) {
    const [jwkX, jwkY] = [toBase64url(hexToBytes(x)), toBase64url(hexToBytes(y))]
    const read = () => importJwk({ kty: 'EC', crv, x: jwkX, y: jwkY })
    if (!valid) return expect(codeOf(read)).toBe('INVALID_KEY')
    expect(read()).toMatchObject({ kty: 'EC', crv })
  },
})
