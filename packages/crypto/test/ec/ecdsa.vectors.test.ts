import { expect } from 'vitest'
import {
  bytesToHex,
  type CurveName,
  digest,
  ecdsaVerify,
  type HashName,
  hexToBytes,
  makeEcKey,
  makeEcPublicKey,
} from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'

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
    const key = makeEcPublicKey(crv, hexToBytes(x), hexToBytes(y))
    expect(ecdsaVerify(key, digest(hash, hexToBytes(msg)), hexToBytes(sig))).toBe(valid)
    if (d === undefined) return
    const { publicKey } = makeEcKey(crv, hexToBytes(d))
    expect([bytesToHex(publicKey.x), bytesToHex(publicKey.y)]).toEqual([x, y])
  },
})
