/** A256CBC-HS512, authenticated encryption of AES-CBC and HMAC: RFC 7518 section 5.2.5. */

import { concatBytes } from '@noble/hashes/utils.js'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { hmac } from '../hash/hashes.ts'
import { aesCbcDecrypt, aesCbcEncrypt } from './aes-cbc.ts'

/**
 * Encrypts and authenticates with A256CBC-HS512.
 *
 * The arguments are neither kept nor changed.
 *
 * @param key - 64 bytes: the MAC key, then the encryption key.
 * @param iv - 16 unpredictable bytes.
 * @param aad - Authenticated and not encrypted, any number of bytes.
 * @param plaintext - Any number of bytes.
 * @returns Fresh arrays: `ciphertext` of 16·(floor(length / 16) + 1) bytes, `tag` of 32.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key or IV of another length.
 * @see RFC 7518 sections 5.2.2.1 and 5.2.5
 *
 * @example
 * ```ts
 * import { encryptA256CbcHs512, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const aad = utf8ToBytes('backup 1')
 * const { tag } = encryptA256CbcHs512(random(64), random(16), aad, utf8ToBytes('secret'))
 * tag.length // 32
 * ```
 */
export function encryptA256CbcHs512(
  key: Uint8Array,
  iv: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): { ciphertext: Uint8Array; tag: Uint8Array } {
  const { macKey, encKey } = splitKey(key)
  const ciphertext = aesCbcEncrypt(encKey, plaintext, { iv, padding: 'pkcs7' })
  return { ciphertext, tag: tagOf(macKey, iv, aad, ciphertext) }
}

/**
 * Verifies and decrypts with A256CBC-HS512. Decrypts nothing if the tag is wrong.
 *
 * The arguments are neither kept nor changed.
 *
 * @param key - The 64 bytes used to encrypt.
 * @param iv - The IV used to encrypt.
 * @param aad - The AAD used to encrypt.
 * @param ciphertext - The ciphertext from encryption.
 * @param tag - The tag from encryption.
 * @returns The plaintext, a fresh array.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key of another length.
 * @throws {@link CryptoError} `OPERATION_FAILED` - anything else, an IV or tag of another length included.
 * @see RFC 7518 sections 5.2.2.2 and 5.2.5
 *
 * @example
 * ```ts
 * import { decryptA256CbcHs512, encryptA256CbcHs512, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const [key, iv, aad] = [random(64), random(16), utf8ToBytes('backup 1')]
 * const { ciphertext, tag } = encryptA256CbcHs512(key, iv, aad, utf8ToBytes('secret'))
 * decryptA256CbcHs512(key, iv, aad, ciphertext, tag).length // 6
 * ```
 */
export function decryptA256CbcHs512(
  key: Uint8Array,
  iv: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): Uint8Array {
  const { macKey, encKey } = splitKey(key)
  if (!equalBytes(tagOf(macKey, iv, aad, ciphertext), tag)) throw operationFailed()
  return aesCbcDecrypt(encKey, ciphertext, { iv, padding: 'pkcs7' })
}

/** Section 5.2.2.1 step 1: the MAC key comes first. */
function splitKey(key: Uint8Array) {
  if (key.length !== 64) {
    throw cryptoError('INVALID_ARGUMENT', `A key of A256CBC-HS512 has 64 bytes, not ${key.length}.`)
  }
  return { macKey: key.subarray(0, 32), encKey: key.subarray(32) }
}

/** Steps 4 and 5: over A‖IV‖E‖AL, where AL is the length of A in bits; the first half of the MAC. */
function tagOf(macKey: Uint8Array, iv: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array) {
  const al = new Uint8Array(8)
  new DataView(al.buffer).setBigUint64(0, BigInt(8 * aad.length))
  return hmac('SHA-512', macKey, concatBytes(aad, iv, ciphertext, al)).slice(0, 32)
}
