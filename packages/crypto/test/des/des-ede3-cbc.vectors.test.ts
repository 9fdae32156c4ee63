import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { expect } from 'vitest'
import { desEde3CbcDecrypt } from '../../src/des/des-ede3-cbc.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'

type DesCase = VectorCase<unknown, { key: string; iv: string; pt: string; ct: string }>

runVectors<DesCase>('des-ede3-cbc.json', {
  fields: ['key', 'iv', 'pt', 'ct'],
  run(item) {
    if (!item.valid)
      return expect.unreachable('a ciphertext of CBC without padding is always valid')
    const parameters = { iv: hexToBytes(item.iv), padding: 'none' } as const
    const plaintext = desEde3CbcDecrypt(hexToBytes(item.key), hexToBytes(item.ct), parameters)
    expect(bytesToHex(plaintext)).toBe(item.pt)
  },
})
