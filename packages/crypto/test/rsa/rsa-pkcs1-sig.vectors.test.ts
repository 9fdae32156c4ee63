import { expect } from 'vitest'
import {
  bytesToHex,
  digest,
  type HashName,
  hexToBytes,
  rsaPkcs1Sign,
  rsaPkcs1Verify,
} from '../../src/index.ts'
import { rsaOf, runVectors, type VectorCase } from '../load-vectors.ts'

type Pkcs1SignatureCase = VectorCase<{ hash: HashName; key: string; msg: string; sig: string }>

runVectors<Pkcs1SignatureCase>('rsa-pkcs1-sig.json', {
  fields: ['hash', 'key', 'msg', 'sig'],
  flags: ['null-missing'],
  run({ hash, key: name, msg, sig, valid }, keyOf) {
    const [key, hashed] = [rsaOf(keyOf(name)), digest(hash, hexToBytes(msg))]
    expect(rsaPkcs1Verify(key, hash, hashed, hexToBytes(sig))).toBe(valid)
    if (valid) expect(bytesToHex(rsaPkcs1Sign(key, hash, hashed))).toBe(sig)
  },
})
