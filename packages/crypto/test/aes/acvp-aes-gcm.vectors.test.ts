import { expect } from 'vitest'
import { aesGcmDecrypt, aesGcmEncrypt, bytesToHex, hexToBytes } from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'
import { codeOf } from '../refusal.ts'

type GcmCase = VectorCase<
  { key: string; iv: string; aad: string; ct: string; tag: string },
  { pt: string }
>

runVectors<GcmCase>('acvp-aes-gcm.json.gz', {
  fields: ['key', 'iv', 'aad', 'pt', 'ct', 'tag'],
  run(item) {
    const [key, tag] = [hexToBytes(item.key), hexToBytes(item.tag)]
    const parameters = { iv: hexToBytes(item.iv), aad: hexToBytes(item.aad) }
    const decrypt = () => aesGcmDecrypt(key, hexToBytes(item.ct), { ...parameters, tag })
    if (!item.valid) return expect(codeOf(decrypt)).toBe('OPERATION_FAILED')
    expect(bytesToHex(decrypt())).toBe(item.pt)
    const plaintext = hexToBytes(item.pt)
    const sealed = aesGcmEncrypt(key, plaintext, { ...parameters, tagLength: tag.length })
    expect(bytesToHex(sealed.ciphertext)).toBe(item.ct)
    expect(bytesToHex(sealed.tag)).toBe(item.tag)
  },
})
