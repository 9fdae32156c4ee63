import { expect } from 'vitest'
import {
  bytesToHex,
  decryptA256CbcHs512,
  encryptA256CbcHs512,
  hexToBytes,
} from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'
import { codeOf } from '../refusal.ts'

type CbcHmacCase = VectorCase<
  { key: string; iv: string; aad: string; ct: string; tag: string },
  { pt: string }
>

runVectors<CbcHmacCase>('aes-cbc-hmac.json', {
  fields: ['key', 'iv', 'aad', 'pt', 'ct', 'tag'],
  run(item) {
    const [key, iv, aad] = [hexToBytes(item.key), hexToBytes(item.iv), hexToBytes(item.aad)]
    const decrypt = () =>
      decryptA256CbcHs512(key, iv, aad, hexToBytes(item.ct), hexToBytes(item.tag))
    if (!item.valid) return expect(codeOf(decrypt)).toBe('OPERATION_FAILED')
    expect(bytesToHex(decrypt())).toBe(item.pt)
    const sealed = encryptA256CbcHs512(key, iv, aad, hexToBytes(item.pt))
    expect(bytesToHex(sealed.ciphertext)).toBe(item.ct)
    expect(bytesToHex(sealed.tag)).toBe(item.tag)
  },
})
