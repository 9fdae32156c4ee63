import { expect } from 'vitest'
import { digest, type HashName, hexToBytes, rsaPkcs1Verify } from '../../src/index.ts'
import { rsaOf, runVectors, type VectorCase } from '../load-vectors.ts'

type Pkcs1SignatureCase = VectorCase<{ hash: HashName; key: string; msg: string; sig: string }>

runVectors<Pkcs1SignatureCase>('acvp-rsa-pkcs1-sig.json.gz', {
  fields: ['hash', 'key', 'msg', 'sig'],
  run({ hash, key, msg, sig, valid }, keyOf) {
    const hashed = digest(hash, hexToBytes(msg))
    expect(rsaPkcs1Verify(rsaOf(keyOf(key)), hash, hashed, hexToBytes(sig))).toBe(valid)
  },
})
