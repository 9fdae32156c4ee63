import { expect } from 'vitest'
import {
  bytesToHex,
  type HashName,
  hexToBytes,
  rsaOaepDecrypt,
  rsaOaepEncrypt,
} from '../../src/index.ts'
import { fixedRandom, rsaOf, runVectors, type VectorCase } from '../load-vectors.ts'
import { codeOf } from '../refusal.ts'

type OaepCase = VectorCase<
  { hash: HashName; mgfHash: HashName; label?: string; key: string; ct: string },
  { msg: string; seed: string }
>

runVectors<OaepCase>('rsa-oaep.json', {
  fields: ['hash', 'mgfHash', 'label', 'key', 'msg', 'seed', 'ct'],
  run(item, keyOf) {
    const { hash, mgfHash, label = '' } = item
    const key = rsaOf(keyOf(item.key))
    const parameters = { hash, mgfHash, label: hexToBytes(label) }
    const decrypt = () => rsaOaepDecrypt(key, parameters, hexToBytes(item.ct))
    if (!item.valid) return expect(codeOf(decrypt)).toBe('OPERATION_FAILED')
    expect(bytesToHex(decrypt())).toBe(item.msg)
    const random = fixedRandom(hexToBytes(item.seed))
    expect(bytesToHex(rsaOaepEncrypt(key, parameters, hexToBytes(item.msg), random))).toBe(item.ct)
  },
})
