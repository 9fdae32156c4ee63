import { expect } from 'vitest'
import {
  type CurveName,
  digest,
  ecdsaVerify,
  type HashName,
  hexToBytes,
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
}>

runVectors<EcdsaCase>('acvp-ecdsa.json.gz', {
  fields: ['crv', 'hash', 'x', 'y', 'msg', 'sig'],
  run({ crv, hash, x, y, msg, sig, valid }) {
    const key = makeEcPublicKey(crv, hexToBytes(x), hexToBytes(y))
    expect(ecdsaVerify(key, digest(hash, hexToBytes(msg)), hexToBytes(sig))).toBe(valid)
  },
})
