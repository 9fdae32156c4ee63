import { expect } from 'vitest'
import {
  type CurveName,
  digest,
  ecdsaVerify,
  fromHex,
  type HashName,
  makeEcKey,
  makeEcPublicKey,
  toHex,
} from '../src/index.ts'
import { runVectors, type VectorCase } from './load-vectors.ts'

type EcdsaCase = VectorCase<{
  crv: CurveName
  hash: HashName
  x: string
  y: string
  msg: string
  sig: string
  d?: string
  k?: string
}>

runVectors<EcdsaCase>('ecdsa.json', {
  fields: ['crv', 'hash', 'd', 'x', 'y', 'k', 'msg', 'sig'],
  flags: ['high-s'],
  run({ crv, hash, d, x, y, msg, sig, valid }) {
    const key = makeEcPublicKey(crv, fromHex(x), fromHex(y))
    expect(ecdsaVerify(key, digest(hash, fromHex(msg)), fromHex(sig))).toBe(valid)
    if (d === undefined) return
    const { publicKey } = makeEcKey(crv, fromHex(d))
    expect([toHex(publicKey.x), toHex(publicKey.y)]).toEqual([x, y])
  },
})
