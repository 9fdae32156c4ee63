/** The encryption of traditional PEM files: `DEK-Info` and a key from MD5 (RFC 1421; OpenSSL EVP_BytesToKey). */

import { md5 } from '@noble/hashes/legacy.js'
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { cryptoError } from '../crypto-error.ts'
import { aesCbcCipher, DES_EDE3_CBC, type KeyCipher } from './key-ciphers.ts'
import { unsupportedProtection } from './password.ts'

/** The contents of a `DEK-Info` header. */
export interface DekInfo {
  readonly cipher: KeyCipher
  /** 8 or 16 bytes; the first 8 are the salt as well. */
  readonly iv: Uint8Array
}

/**
 * Reads a `DEK-Info` header.
 *
 * @param value - As in `AES-256-CBC,00112233445566778899AABBCCDDEEFF`.
 * @throws {@link CryptoError} `INVALID_KEY` - missing, or not a name and an IV.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - a cipher other than AES and triple DES in CBC mode.
 * @see RFC 1421 section 4.6.1.3; RFC 1423 section 1.1
 */
export function readDekInfo(value: string | undefined): DekInfo {
  const [name = '', iv = '', ...more] = (value ?? '').split(',').map((part) => part.trim())
  const cipher = CIPHERS.get(name.toUpperCase())
  if (cipher === undefined && /^[A-Za-z0-9-]{1,20}$/.test(name)) throw unsupportedProtection(name)
  const isIv = /^[0-9a-fA-F]*$/.test(iv) && iv.length === 2 * (cipher?.ivLength ?? 0)
  if (cipher !== undefined && isIv && more.length === 0) return { cipher, iv: hexToBytes(iv) }
  throw cryptoError('INVALID_KEY', 'The PEM is damaged: its DEK-Info header cannot be read.')
}

/**
 * Decrypts the contents of a traditional PEM block.
 *
 * @throws {@link CryptoError} `OPERATION_FAILED` - nearly always for a wrong password; in rare cases garbage is
 * returned instead.
 */
export function decryptTraditional(
  { cipher, iv }: DekInfo,
  ciphertext: Uint8Array,
  password: Uint8Array,
): Uint8Array {
  const key = bytesToKey(password, iv.subarray(0, 8), cipher.keyLength)
  return cipher.decrypt(key, iv, ciphertext)
}

const CIPHERS: ReadonlyMap<string, KeyCipher> = new Map([
  ['AES-128-CBC', aesCbcCipher(16)],
  ['AES-192-CBC', aesCbcCipher(24)],
  ['AES-256-CBC', aesCbcCipher(32)],
  ['DES-EDE3-CBC', DES_EDE3_CBC],
])

/** EVP_BytesToKey with MD5 and one iteration: D_i = MD5(D_(i-1) ‖ password ‖ salt). */
function bytesToKey(password: Uint8Array, salt: Uint8Array, length: number): Uint8Array {
  let block: Uint8Array = new Uint8Array()
  let key: Uint8Array = block
  while (key.length < length) {
    block = md5(concatBytes(block, password, salt))
    key = concatBytes(key, block)
  }
  return key.slice(0, length)
}
