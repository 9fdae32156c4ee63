import { expect } from 'vitest'
import { digest, type HashName, hexToBytes, rsaPssVerify } from '../../src/index.ts'
import { rsaOf, runVectors, type VectorCase } from '../load-vectors.ts'

type PssCase = VectorCase<{
  hash: HashName
  mgfHash: HashName
  saltLength: number
  key: string
  msg: string
  sig: string
}>

runVectors<PssCase>('acvp-rsa-pss-sig.json.gz', {
  fields: ['hash', 'mgfHash', 'saltLength', 'key', 'msg', 'sig'],
  run({ hash, mgfHash, saltLength, key, msg, sig, valid }, keyOf) {
    const hashed = digest(hash, hexToBytes(msg))
    const parameters = { hash, mgfHash, saltLength }
    expect(rsaPssVerify(rsaOf(keyOf(key)), parameters, hashed, hexToBytes(sig))).toBe(valid)
  },
})
