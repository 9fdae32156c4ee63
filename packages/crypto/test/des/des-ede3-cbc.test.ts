import { createCipheriv } from 'node:crypto'
import { concatBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { desEde3CbcDecrypt } from '../../src/des/des-ede3-cbc.ts'
import { codeOf } from '../refusal.ts'
import { runs } from '../runs.ts'

const KEY = new Uint8Array(24).map((_, i) => 17 * i)
const IV = new Uint8Array(8).fill(9)

function encrypt(
  key: Uint8Array,
  iv: Uint8Array,
  plaintext: Uint8Array,
  padded = true,
): Uint8Array {
  const cipher = createCipheriv('des-ede3-cbc', key, iv)
  cipher.setAutoPadding(padded)
  return Uint8Array.from(Buffer.concat([cipher.update(plaintext), cipher.final()]))
}

const decrypt = (ciphertext: Uint8Array, padding: 'pkcs7' | 'none' = 'pkcs7') =>
  desEde3CbcDecrypt(KEY, ciphertext, { iv: IV, padding })

describe('desEde3CbcDecrypt', () => {
  it('inverts what OpenSSL encrypts, whatever the key, the IV and the length', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 24, maxLength: 24 }),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        fc.uint8Array({ maxLength: 40 }),
        (key, iv, plaintext) => {
          const ciphertext = encrypt(key, iv, plaintext)
          expect(desEde3CbcDecrypt(key, ciphertext, { iv, padding: 'pkcs7' })).toEqual(plaintext)
        },
      ),
      runs(200),
    )
  })

  it('ignores the parity bits of the key', () => {
    const ciphertext = encrypt(KEY, IV, new Uint8Array(20))
    const key = KEY.map((byte) => byte ^ 1)
    expect(desEde3CbcDecrypt(key, ciphertext, { iv: IV, padding: 'pkcs7' })).toEqual(
      new Uint8Array(20),
    )
  })

  it('reads a view of a longer array, and changes nothing of it', () => {
    const ciphertext = encrypt(KEY, IV, Uint8Array.of(1, 2, 3))
    const longer = concatBytes(new Uint8Array(3), ciphertext, new Uint8Array(5))
    expect(decrypt(longer.subarray(3, 11))).toEqual(Uint8Array.of(1, 2, 3))
    expect(longer.subarray(3, 11)).toEqual(ciphertext)
  })

  it.each([
    ['zero', [1, 2, 3, 4, 5, 6, 7, 0]],
    ['nine', [9, 9, 9, 9, 9, 9, 9, 9]],
    ['255', [1, 2, 3, 4, 5, 6, 7, 255]],
    ['three bytes of which one differs', [1, 2, 3, 4, 5, 2, 3, 3]],
    ['eight bytes of which the first differs', [7, 8, 8, 8, 8, 8, 8, 8]],
  ])('refuses padding of %s', (_, bytes) => {
    const ciphertext = encrypt(KEY, IV, Uint8Array.from(bytes), false)
    expect(decrypt(ciphertext, 'none')).toEqual(Uint8Array.from(bytes))
    expect(codeOf(() => decrypt(ciphertext))).toBe('OPERATION_FAILED')
  })

  it.each([0, 1, 7, 9, 15])(
    'refuses a ciphertext of %i bytes, which are not whole blocks',
    (length) => {
      expect(codeOf(() => decrypt(new Uint8Array(length)))).toBe('OPERATION_FAILED')
    },
  )

  it.each([
    [16, 8],
    [8, 8],
    [25, 8],
    [24, 7],
    [24, 16],
  ])('refuses a key of %i and an IV of %i bytes', (keyLength, ivLength) => {
    const parameters = { iv: new Uint8Array(ivLength), padding: 'pkcs7' } as const
    const call = () => desEde3CbcDecrypt(new Uint8Array(keyLength), new Uint8Array(8), parameters)
    expect(codeOf(call)).toBe('INVALID_ARGUMENT')
  })
})
