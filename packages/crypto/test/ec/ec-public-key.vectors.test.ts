import { expect } from 'vitest'
import {
  bytesToHex,
  type CurveName,
  hexToBytes,
  importJwk,
  importSpki,
  toBase64url,
} from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'
import { codeOf } from '../refusal.ts'

type PointCase = VectorCase<{ crv: CurveName; x: string; y: string; compressed?: string }>

/** RFC 5480 section 2: the bytes before a compressed point of these curves. */
const SPKI_PREFIX: Readonly<Partial<Record<CurveName, string>>> = {
  'P-256': '3039301306072a8648ce3d020106082a8648ce3d030107032200',
  'P-256K': '3036301006072a8648ce3d020106052b8104000a032200',
}

runVectors<PointCase>('ec-public-key.json', {
  fields: ['crv', 'x', 'y', 'compressed'],
  run({ crv, x, y, compressed, valid }) {
    const [jwkX, jwkY] = [toBase64url(hexToBytes(x)), toBase64url(hexToBytes(y))]
    const read = () => importJwk({ kty: 'EC', crv, x: jwkX, y: jwkY })
    if (!valid) return expect(codeOf(read)).toBe('INVALID_KEY')
    expect(coordinatesOf(read())).toEqual([x, y])
    if (compressed === undefined) return
    const spki = hexToBytes(`${SPKI_PREFIX[crv]}${compressed}`)
    expect(coordinatesOf(importSpki(spki))).toEqual([x, y])
  },
})

function coordinatesOf(key: ReturnType<typeof importJwk>) {
  return key.kty === 'EC' ? [bytesToHex(key.publicKey.x), bytesToHex(key.publicKey.y)] : []
}
