import { expect } from 'vitest'
import {
  bytesToHex,
  type CurveName,
  digest,
  ecdsaSignDeterministic,
  ecdsaVerify,
  type HashName,
  hexToBytes,
  makeEcKey,
} from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'

type DeterministicCase = VectorCase<
  unknown,
  {
    crv: CurveName
    hash: HashName
    d: string
    x: string
    y: string
    k: string
    msg: string
    sig: string
  }
>

runVectors<DeterministicCase>('ecdsa-rfc6979.json', {
  fields: ['crv', 'hash', 'd', 'x', 'y', 'k', 'msg', 'sig'],
  flags: ['high-s'],
  run(item) {
    if (!item.valid) return expect.unreachable('RFC 6979 has no wrong signature')
    const key = makeEcKey(item.crv, hexToBytes(item.d))
    const hashed = digest(item.hash, hexToBytes(item.msg))
    expect([bytesToHex(key.publicKey.x), bytesToHex(key.publicKey.y)]).toEqual([item.x, item.y])
    expect(bytesToHex(ecdsaSignDeterministic(key, item.hash, hashed))).toBe(item.sig)
    expect(ecdsaVerify(key, hashed, hexToBytes(item.sig))).toBe(true)
  },
})
