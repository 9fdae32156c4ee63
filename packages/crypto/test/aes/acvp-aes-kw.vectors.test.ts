import { expect } from 'vitest'
import { aesKwUnwrap, aesKwWrap, bytesToHex, hexToBytes } from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'
import { codeOf } from '../refusal.ts'

type KeyWrapCase = VectorCase<{ kek: string; ct: string }, { pt: string }>

runVectors<KeyWrapCase>('acvp-aes-kw.json.gz', {
  fields: ['kek', 'pt', 'ct'],
  run(item) {
    const kek = hexToBytes(item.kek)
    const unwrap = () => aesKwUnwrap(kek, hexToBytes(item.ct))
    if (!item.valid) return expect(codeOf(unwrap)).toBe('OPERATION_FAILED')
    expect(bytesToHex(unwrap())).toBe(item.pt)
    expect(bytesToHex(aesKwWrap(kek, hexToBytes(item.pt)))).toBe(item.ct)
  },
})
