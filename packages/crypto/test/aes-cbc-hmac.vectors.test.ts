import { expect } from 'vitest'
import { decryptA256CbcHs512, encryptA256CbcHs512, fromHex, toHex } from '../src/index.ts'
import { runVectors, type VectorCase } from './load-vectors.ts'
import { codeOf } from './refusal.ts'

type CbcHmacCase = VectorCase<
  { key: string; iv: string; aad: string; ct: string; tag: string },
  { pt: string }
>

runVectors<CbcHmacCase>('aes-cbc-hmac.json', {
  fields: ['key', 'iv', 'aad', 'pt', 'ct', 'tag'],
  run(item) {
    const [key, iv, aad] = [fromHex(item.key), fromHex(item.iv), fromHex(item.aad)]
    const decrypt = () => decryptA256CbcHs512(key, iv, aad, fromHex(item.ct), fromHex(item.tag))
    if (!item.valid) return expect(codeOf(decrypt)).toBe('OPERATION_FAILED')
    expect(toHex(decrypt())).toBe(item.pt)
    const sealed = encryptA256CbcHs512(key, iv, aad, fromHex(item.pt))
    expect(toHex(sealed.ciphertext)).toBe(item.ct)
    expect(toHex(sealed.tag)).toBe(item.tag)
  },
})
