import { expect } from 'vitest'
import {
  exportJwk,
  importJwk,
  type JsonWebKey,
  jwkThumbprint,
  type KeyMaterial,
  toBase64url,
  toPublicJwk,
} from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'

type JwkCase = VectorCase<
  unknown,
  { jwk: JsonWebKey; bits: number; private: boolean; thumbprint: string }
>

const CURVE_BITS = { 'P-256': 256, 'P-384': 384, 'P-521': 521, 'P-256K': 256 } as const

runVectors<JwkCase>('jwk.json', {
  fields: ['jwk', 'bits', 'private', 'thumbprint'],
  run(item) {
    if (!item.valid) return expect.unreachable('the RFCs have no wrong key')
    const key = importJwk(item.jwk)
    expect(bitsOf(key)).toBe(item.bits)
    expect(isPrivate(key)).toBe(item.private)
    expect(toBase64url(jwkThumbprint(item.jwk))).toBe(item.thumbprint)
    const { kid: _, use: __, alg: ___, ...members } = item.jwk
    expect(item.private ? exportJwk(key) : toPublicJwk(key)).toEqual(members)
  },
})

const bitsOf = (key: KeyMaterial) => {
  if (key.kty === 'AKP') return undefined
  return key.kty === 'EC' ? CURVE_BITS[key.crv] : key.bits
}

const isPrivate = (key: KeyMaterial) => key.kty === 'oct' || key.privateKey !== undefined
