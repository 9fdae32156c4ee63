import { createCipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { aesCbcDecrypt, aesCbcEncrypt, type CbcPadding } from '../../src/aes/aes-cbc.ts'
import { codeOf, refusalOf } from '../refusal.ts'

const key = new Uint8Array(32).fill(1)
const iv = new Uint8Array(16).fill(2)

describe('padding with zeros', () => {
  const parameters = { iv, padding: 'zero' } as const

  it('fills the last block, and decrypting does not strip: 200 bytes come back as 208', () => {
    const plaintext = new Uint8Array(200).fill(7)
    const ciphertext = aesCbcEncrypt(key, plaintext, parameters)
    const decrypted = aesCbcDecrypt(key, ciphertext, parameters)
    expect(ciphertext).toHaveLength(208)
    expect([...decrypted]).toEqual([...plaintext, 0, 0, 0, 0, 0, 0, 0, 0])
  })

  it('adds nothing to whole blocks', () => {
    expect(aesCbcEncrypt(key, new Uint8Array(32), parameters)).toHaveLength(32)
  })

  it('rejects no bytes, which would give none', () => {
    expect(codeOf(() => aesCbcEncrypt(key, new Uint8Array(0), parameters))).toBe('INVALID_ARGUMENT')
  })
})

describe('no padding', () => {
  it.each([0, 1, 15, 17])('rejects %i bytes', (length) => {
    const call = () => aesCbcEncrypt(key, new Uint8Array(length), { iv, padding: 'none' })
    expect(refusalOf(call)).toEqual({
      code: 'INVALID_ARGUMENT',
      message: `CBC with padding 'none' does not take ${length} bytes.`,
    })
  })
})

describe('padding of PKCS#7', () => {
  const parameters = { iv, padding: 'pkcs7' } as const
  /** A ciphertext whose last block decrypts to these bytes. */
  const withLastBlock = (...bytes: number[]) => {
    const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
    const block = [...new Array<number>(16).fill(99), ...bytes].slice(-16)
    return new Uint8Array(Buffer.concat([cipher.update(Uint8Array.from(block)), cipher.final()]))
  }

  it.each([
    [0, 16],
    [1, 16],
    [15, 16],
    [16, 32],
    [17, 32],
  ])('%i bytes become %i and come back', (length, padded) => {
    const plaintext = new Uint8Array(length).fill(7)
    const ciphertext = aesCbcEncrypt(key, plaintext, parameters)
    expect(ciphertext).toHaveLength(padded)
    expect(aesCbcDecrypt(key, ciphertext, parameters)).toEqual(plaintext)
  })

  it('takes a whole block of padding', () => {
    const ciphertext = withLastBlock(...new Array<number>(16).fill(16))
    expect(aesCbcDecrypt(key, ciphertext, parameters)).toHaveLength(0)
  })

  it.each([
    ['zero', [0]],
    ['17', [17]],
    ['255', [255]],
    ['2 after something else', [1, 2]],
    ['16 after something else', [15, ...new Array<number>(15).fill(16)]],
  ])('answers a last byte of %s with the same text', (_, bytes) => {
    expect(refusalOf(() => aesCbcDecrypt(key, withLastBlock(...bytes), parameters))).toEqual({
      code: 'OPERATION_FAILED',
      message: 'The operation failed.',
    })
  })
})

describe.each<CbcPadding>(['none', 'zero', 'pkcs7'])('every padding (%s)', (padding) => {
  it.each([0, 1, 15, 17, 31])('fails for a ciphertext of %i bytes', (length) => {
    expect(codeOf(() => aesCbcDecrypt(key, new Uint8Array(length), { iv, padding }))).toBe(
      'OPERATION_FAILED',
    )
  })

  it.each([0, 12, 15, 17])('rejects an IV of %i bytes', (length) => {
    const wrong = { iv: new Uint8Array(length), padding }
    expect(codeOf(() => aesCbcEncrypt(key, new Uint8Array(16), wrong))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => aesCbcDecrypt(key, new Uint8Array(16), wrong))).toBe('INVALID_ARGUMENT')
  })

  it.each([0, 15, 33])('rejects a key of %i bytes', (length) => {
    const wrong = new Uint8Array(length)
    const block = new Uint8Array(16)
    expect(codeOf(() => aesCbcEncrypt(wrong, block, { iv, padding }))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => aesCbcDecrypt(wrong, block, { iv, padding }))).toBe('INVALID_ARGUMENT')
  })
})

it.each(['pkcs5', 'toString', ''])('rejects the padding %j, and says which there are', (name) => {
  const parameters = { iv: new Uint8Array(16), padding: name as CbcPadding }
  for (const run of [aesCbcEncrypt, aesCbcDecrypt]) {
    expect(refusalOf(() => run(new Uint8Array(16), new Uint8Array(16), parameters))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: `Invalid padding '${name}': use none, zero or pkcs7.`,
    })
  }
})
