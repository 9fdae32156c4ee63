/** FIPS 197 appendix C: 3 cases. */

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { createPortableAes } from '../../../src/aes/engine/portable-aes.ts'

describe('AES in TypeScript, FIPS 197 appendix C', () => {
  const plaintext = '00112233445566778899aabbccddeeff'

  it.each([
    ['C.1', 16, '69c4e0d86a7b0430d8cdb78070b4c55a'],
    ['C.2', 24, 'dda97ca4864cdfe06eaf70a0ec0d7191'],
    ['C.3', 32, '8ea2b7ca516745bfeafc49904b496089'],
  ])('%s', (_, length, ciphertext) => {
    const cipher = createPortableAes(Uint8Array.from({ length }, (_byte, index) => index))
    const block = hexToBytes(plaintext)
    cipher.encrypt(block)
    expect(bytesToHex(block)).toBe(ciphertext)
    cipher.decrypt(block)
    expect(bytesToHex(block)).toBe(plaintext)
  })

  it('has no key any more when it is wiped', () => {
    const encrypt = (key: Uint8Array) => {
      const cipher = createPortableAes(key)
      cipher.wipe()
      const block = new Uint8Array(16)
      cipher.encrypt(block)
      return block
    }
    expect(encrypt(new Uint8Array(16).fill(1))).toEqual(encrypt(new Uint8Array(16).fill(2)))
  })
})
