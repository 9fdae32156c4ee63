import { expect } from 'vitest'
import { aesCbcDecrypt, aesCbcEncrypt, type CbcPadding, fromHex, toHex } from '../src/index.ts'
import { runVectors, type VectorCase } from './load-vectors.ts'

type CbcCase = VectorCase<
  unknown,
  { key: string; iv: string; pt: string; ct: string; padding: 'none' | 'pkcs7' }
>

/** Whole blocks are encrypted alike with zeros for padding, since none are added. */
const PADDINGS = { none: ['none', 'zero'], pkcs7: ['pkcs7'] } as const

runVectors<CbcCase>('aes-cbc.json', {
  fields: ['key', 'iv', 'pt', 'ct', 'padding'],
  run(item) {
    if (!item.valid) return expect.unreachable('a ciphertext of CBC cannot be told to be wrong')
    const paddings: readonly CbcPadding[] = PADDINGS[item.padding]
    for (const padding of paddings) {
      const parameters = { iv: fromHex(item.iv), padding }
      const key = fromHex(item.key)
      expect(toHex(aesCbcEncrypt(key, fromHex(item.pt), parameters))).toBe(item.ct)
      expect(toHex(aesCbcDecrypt(key, fromHex(item.ct), parameters))).toBe(item.pt)
    }
  },
})
