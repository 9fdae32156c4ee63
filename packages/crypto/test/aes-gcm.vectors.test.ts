import { expect } from 'vitest'
import { aesGcmDecrypt, aesGcmEncrypt, fromHex, toHex } from '../src/index.ts'
import { runVectors, type VectorCase } from './load-vectors.ts'
import { codeOf } from './refusal.ts'

type GcmCase = VectorCase<
  { key: string; iv: string; aad: string; ct: string; tag: string },
  { pt: string }
>

runVectors<GcmCase>('aes-gcm.json', {
  fields: ['key', 'iv', 'aad', 'pt', 'ct', 'tag'],
  run(item) {
    const [key, tag] = [fromHex(item.key), fromHex(item.tag)]
    const parameters = { iv: fromHex(item.iv), aad: fromHex(item.aad) }
    const decrypt = () => aesGcmDecrypt(key, fromHex(item.ct), { ...parameters, tag })
    if (!item.valid) return expect(codeOf(decrypt)).toBe('OPERATION_FAILED')
    expect(toHex(decrypt())).toBe(item.pt)
    const plaintext = fromHex(item.pt)
    const sealed = aesGcmEncrypt(key, plaintext, { ...parameters, tagLength: tag.length })
    expect(toHex(sealed.ciphertext)).toBe(item.ct)
    expect(toHex(sealed.tag)).toBe(item.tag)
  },
})
