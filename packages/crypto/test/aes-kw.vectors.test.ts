import { expect } from 'vitest'
import { aesKwUnwrap, aesKwWrap, fromHex, toHex } from '../src/index.ts'
import { runVectors, type VectorCase } from './load-vectors.ts'
import { codeOf } from './refusal.ts'

type KeyWrapCase = VectorCase<{ kek: string; ct: string }, { pt: string }>

runVectors<KeyWrapCase>('aes-kw.json', {
  fields: ['kek', 'pt', 'ct'],
  run(item) {
    const kek = fromHex(item.kek)
    const unwrap = () => aesKwUnwrap(kek, fromHex(item.ct))
    if (!item.valid) return expect(codeOf(unwrap)).toBe('OPERATION_FAILED')
    expect(toHex(unwrap())).toBe(item.pt)
    expect(toHex(aesKwWrap(kek, fromHex(item.pt)))).toBe(item.ct)
  },
})
