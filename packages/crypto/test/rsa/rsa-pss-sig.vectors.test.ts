import { expect } from 'vitest'
import {
  bytesToHex,
  digest,
  type HashName,
  hexToBytes,
  rsaPssSign,
  rsaPssVerify,
} from '../../src/index.ts'
import { fixedRandom, rsaOf, runVectors, type VectorCase } from '../load-vectors.ts'

type PssCase = VectorCase<
  {
    hash: HashName
    mgfHash: HashName
    saltLength: number
    key: string
    msg: string
    sig: string
  },
  { salt: string }
>

runVectors<PssCase>('rsa-pss-sig.json', {
  fields: ['hash', 'mgfHash', 'saltLength', 'salt', 'key', 'msg', 'sig'],
  run(item, keyOf) {
    const { hash, mgfHash, saltLength, sig } = item
    const [key, hashed] = [rsaOf(keyOf(item.key)), digest(hash, hexToBytes(item.msg))]
    const parameters = { hash, mgfHash, saltLength }
    expect(rsaPssVerify(key, parameters, hashed, hexToBytes(sig))).toBe(item.valid)
    if (!item.valid) return
    const random = fixedRandom(hexToBytes(item.salt))
    expect(bytesToHex(rsaPssSign(key, parameters, hashed, random))).toBe(sig)
  },
})
