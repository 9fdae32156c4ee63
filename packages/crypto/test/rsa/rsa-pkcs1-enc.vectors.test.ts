import { expect } from 'vitest'
import { bytesToHex, hexToBytes, rsaPkcs1Decrypt, rsaPkcs1Encrypt } from '../../src/index.ts'
import { fixedRandom, rsaOf, runVectors, type VectorCase } from '../load-vectors.ts'
import { codeOf } from '../refusal.ts'

type Pkcs1EncryptionCase = VectorCase<{ key: string; ct: string }, { msg: string; seed: string }>

runVectors<Pkcs1EncryptionCase>('rsa-pkcs1-enc.json', {
  fields: ['key', 'msg', 'seed', 'ct'],
  run(item, keyOf) {
    const key = rsaOf(keyOf(item.key))
    const decrypt = () => rsaPkcs1Decrypt(key, hexToBytes(item.ct))
    if (!item.valid) return expect(codeOf(decrypt)).toBe('OPERATION_FAILED')
    expect(bytesToHex(decrypt())).toBe(item.msg)
    const random = fixedRandom(hexToBytes(item.seed))
    expect(bytesToHex(rsaPkcs1Encrypt(key, hexToBytes(item.msg), random))).toBe(item.ct)
  },
})
