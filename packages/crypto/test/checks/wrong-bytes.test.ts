import { describe, expect, it } from 'vitest'
import {
  aesCbcDecrypt,
  aesCbcEncrypt,
  aesGcmDecrypt,
  aesGcmEncrypt,
  aesKwpUnwrap,
  aesKwpWrap,
  aesKwUnwrap,
  aesKwWrap,
  digest,
  hkdf,
  hmac,
} from '../../src/index.ts'
import { refusalOf } from '../refusal.ts'

const bytes = (length: number) => new Uint8Array(length)

/** A string of 16 letters has the length of a key, and every function of arrays takes it for one. */
const wrong = 'sixteen letters!' as unknown as Uint8Array

describe('an argument that is no Uint8Array', () => {
  const cbc = { iv: bytes(16), padding: 'pkcs7' } as const
  const gcm = { iv: bytes(12), tag: bytes(16) }

  it.each<[string, string, () => unknown]>([
    ['aesCbcEncrypt', 'The key', () => aesCbcEncrypt(wrong, bytes(16), cbc)],
    ['aesCbcEncrypt', 'The plaintext', () => aesCbcEncrypt(bytes(16), wrong, cbc)],
    ['aesCbcEncrypt', 'The IV', () => aesCbcEncrypt(bytes(16), bytes(16), { ...cbc, iv: wrong })],
    ['aesCbcDecrypt', 'The key', () => aesCbcDecrypt(wrong, bytes(16), cbc)],
    ['aesCbcDecrypt', 'The ciphertext', () => aesCbcDecrypt(bytes(16), wrong, cbc)],
    ['aesGcmEncrypt', 'The key', () => aesGcmEncrypt(wrong, bytes(16), gcm)],
    ['aesGcmEncrypt', 'The plaintext', () => aesGcmEncrypt(bytes(16), wrong, gcm)],
    ['aesGcmEncrypt', 'The IV', () => aesGcmEncrypt(bytes(16), bytes(1), { iv: wrong })],
    ['aesGcmEncrypt', 'The AAD', () => aesGcmEncrypt(bytes(16), bytes(1), { ...gcm, aad: wrong })],
    ['aesGcmDecrypt', 'The ciphertext', () => aesGcmDecrypt(bytes(16), wrong, gcm)],
    ['aesGcmDecrypt', 'The tag', () => aesGcmDecrypt(bytes(16), bytes(1), { ...gcm, tag: wrong })],
    ['aesKwWrap', 'The key', () => aesKwWrap(wrong, bytes(16))],
    ['aesKwWrap', 'The key data', () => aesKwWrap(bytes(16), wrong)],
    ['aesKwUnwrap', 'The wrapped key', () => aesKwUnwrap(bytes(16), wrong)],
    ['aesKwpWrap', 'The key data', () => aesKwpWrap(bytes(16), wrong)],
    ['aesKwpUnwrap', 'The wrapped key', () => aesKwpUnwrap(bytes(16), wrong)],
    ['digest', 'The message', () => digest('SHA-256', wrong)],
    ['hmac', 'The key', () => hmac('SHA-256', wrong, bytes(1))],
    ['hmac', 'The message', () => hmac('SHA-256', bytes(1), wrong)],
    ['hkdf', 'The info', () => hkdf('SHA-256', bytes(1), bytes(1), wrong, 8)],
  ])('%s: %s is rejected by name and type', (_, name, call) => {
    expect(refusalOf(call)).toEqual({
      code: 'INVALID_ARGUMENT',
      message: `${name} must be a Uint8Array, not a string.`,
    })
  })
})
