/** The ciphers that protect private keys at rest, all in CBC mode with PKCS#7 padding. */

import { concatBytes } from '@noble/hashes/utils.js'
import { aesCbcDecrypt } from '../aes/aes-cbc.ts'
import { DES_BLOCK_LENGTH, desEde3CbcDecrypt } from '../des/des-ede3-cbc.ts'

/** A cipher that a key file may name. */
export interface KeyCipher {
  /** Bytes of the key. */
  readonly keyLength: number
  /** Bytes of the IV and of a block. */
  readonly ivLength: number
  /**
   * Decrypts and removes the padding.
   *
   * @throws {@link CryptoError} `OPERATION_FAILED` - not whole blocks, or wrong padding.
   */
  readonly decrypt: (key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array) => Uint8Array
}

/** DES-EDE3-CBC with three keys (NIST SP 800-67 Rev. 2). */
export const DES_EDE3_CBC: KeyCipher = {
  keyLength: 24,
  ivLength: DES_BLOCK_LENGTH,
  decrypt: (key, iv, ciphertext) => desEde3CbcDecrypt(key, ciphertext, { iv, padding: 'pkcs7' }),
}

/** DES-EDE3-CBC whose first and third key are the same. */
export const TWO_KEY_DES_EDE3_CBC: KeyCipher = {
  ...DES_EDE3_CBC,
  keyLength: 16,
  decrypt: (key, iv, ciphertext) =>
    DES_EDE3_CBC.decrypt(concatBytes(key, key.subarray(0, DES_BLOCK_LENGTH)), iv, ciphertext),
}

/**
 * Returns AES in CBC mode (FIPS 197, NIST SP 800-38A).
 *
 * @param keyLength - 16, 24 or 32 bytes.
 */
export function aesCbcCipher(keyLength: number): KeyCipher {
  return {
    keyLength,
    ivLength: 16,
    decrypt: (key, iv, ciphertext) => aesCbcDecrypt(key, ciphertext, { iv, padding: 'pkcs7' }),
  }
}
