import { expect } from 'vitest'
import {
  aesCbcDecrypt,
  aesCbcEncrypt,
  bytesToHex,
  type CbcPadding,
  hexToBytes,
} from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'

type CbcCase = VectorCase<
  unknown,
  { key: string; iv: string; pt: string; ct: string; padding: 'none' | 'pkcs7' }
>

/** Whole blocks are encrypted alike with zeros for padding, since none are added. */
const PADDINGS = { none: ['none', 'zero'], pkcs7: ['pkcs7'] } as const

runVectors<CbcCase>('acvp-aes-cbc.json.gz', {
  fields: ['key', 'iv', 'pt', 'ct', 'padding'],
  run(item) {
    if (!item.valid) return expect.unreachable('a ciphertext of CBC cannot be told to be wrong')
    const paddings: readonly CbcPadding[] = PADDINGS[item.padding]
    for (const padding of paddings) {
      const parameters = { iv: hexToBytes(item.iv), padding }
      const key = hexToBytes(item.key)
      expect(bytesToHex(aesCbcEncrypt(key, hexToBytes(item.pt), parameters))).toBe(item.ct)
      expect(bytesToHex(aesCbcDecrypt(key, hexToBytes(item.ct), parameters))).toBe(item.pt)
    }
  },
})
