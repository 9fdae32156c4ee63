import { ghash as nobleGhash } from '@noble/ciphers/_polyval.js'
import { gcm } from '@noble/ciphers/aes.js'
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aesGcmEncrypt } from '../../src/aes/aes-gcm.ts'
import { ghash, makeGhashTable } from '../../src/aes/ghash.ts'

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength })
const NOTHING = new Uint8Array(0)

/** The block of lengths, section 6.4: here of fewer than 2^16 bits. */
function lengths(aad: Uint8Array, text: Uint8Array): Uint8Array {
  const block = new DataView(new ArrayBuffer(16))
  block.setUint16(6, 8 * aad.length)
  block.setUint16(14, 8 * text.length)
  return new Uint8Array(block.buffer)
}

const filled = (part: Uint8Array) =>
  concatBytes(part, new Uint8Array((16 - (part.length % 16)) % 16))

describe('ghash', () => {
  it("is noble's GHASH of the filled parts and their lengths", () => {
    fc.assert(
      fc.property(bytes(16, 16), bytes(0, 70), bytes(0, 70), (subkey, aad, text) => {
        const whole = concatBytes(filled(aad), filled(text), lengths(aad, text))
        expect(ghash(makeGhashTable(subkey), aad, text)).toEqual(nobleGhash(whole, subkey))
      }),
    )
  })

  // Noble's CTR gives the two halves of J0 away only by what GCM does with them; so does this.
  it('has the same first counter as noble for IVs of every length that noble takes', () => {
    fc.assert(
      fc.property(bytes(32, 32), bytes(8, 40), bytes(0, 40), (key, iv, plaintext) => {
        const { ciphertext, tag } = aesGcmEncrypt(key, plaintext, { iv })
        expect(concatBytes(ciphertext, tag)).toEqual(gcm(key, iv).encrypt(plaintext))
      }),
    )
  })

  it('does not change what it reads', () => {
    const table = makeGhashTable(new Uint8Array(16).fill(3))
    const before = table.slice()
    const text = new Uint8Array(40).fill(9)
    ghash(table, text, text)
    expect(table).toEqual(before)
    expect(text).toEqual(new Uint8Array(40).fill(9))
  })

  it('reads bytes wherever they stand in a larger array', () => {
    const table = makeGhashTable(new Uint8Array(16).fill(3))
    const large = Uint8Array.from({ length: 60 }, (_, index) => index)
    const part = large.subarray(3, 40)
    expect(ghash(table, part, part)).toEqual(ghash(table, part.slice(), part.slice()))
  })

  // McGrew and Viega, test case 2: the subkey is E(0) under a key of zeros.
  it('gives the published value of test case 2', () => {
    const table = makeGhashTable(hexToBytes('66e94bd4ef8a2c3b884cfa59ca342b2e'))
    const text = hexToBytes('0388dace60b6a392f328c2b971b2fe78')
    expect(ghash(table, NOTHING, text)).toEqual(hexToBytes('f38cbb1ad69223dcc3457ae5b6b0f885'))
  })
})
