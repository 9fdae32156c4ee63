import { expect } from 'vitest'
import { aesKwpUnwrap, aesKwpWrap, fromHex, toHex } from '../src/index.ts'
import { runVectors, type VectorCase } from './load-vectors.ts'
import { codeOf } from './refusal.ts'

type KeyWrapCase = VectorCase<{ kek: string; ct: string }, { pt: string }>

runVectors<KeyWrapCase>('aes-kwp.json', {
  fields: ['kek', 'pt', 'ct'],
  run(item) {
    const kek = fromHex(item.kek)
    const unwrap = () => aesKwpUnwrap(kek, fromHex(item.ct))
    if (!item.valid) return expect(codeOf(unwrap)).toBe('OPERATION_FAILED')
    expect(toHex(unwrap())).toBe(item.pt)
    expect(toHex(aesKwpWrap(kek, fromHex(item.pt)))).toBe(item.ct)
  },
})
