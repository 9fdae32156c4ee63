import { expect } from 'vitest'
import {
  type CurveName,
  digest,
  ecdsaSignDeterministic,
  ecdsaVerify,
  fromHex,
  type HashName,
  makeEcKey,
  toHex,
} from '../src/index.ts'
import { runVectors, type VectorCase } from './load-vectors.ts'

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
    const key = makeEcKey(item.crv, fromHex(item.d))
    const hashed = digest(item.hash, fromHex(item.msg))
    expect([toHex(key.publicKey.x), toHex(key.publicKey.y)]).toEqual([item.x, item.y])
    expect(toHex(ecdsaSignDeterministic(key, item.hash, hashed))).toBe(item.sig)
    expect(ecdsaVerify(key, hashed, fromHex(item.sig))).toBe(true)
  },
})
