/** The encryption of traditional PEM files: `DEK-Info` and a key from MD5 (RFC 1421; OpenSSL EVP_BytesToKey). */

import { md5 } from '@noble/hashes/legacy.js'
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { aesCbcDecrypt } from '../aes/aes-cbc.ts'
import { cryptoError } from '../crypto-error.ts'
import { unsupportedProtection } from './password.ts'

/** What the `DEK-Info` header says. */
export interface DekInfo {
  /** Bytes of the AES key. */
  readonly keyLength: number
  /** 16 bytes, the first 8 of which are the salt as well. */
  readonly iv: Uint8Array
}

/**
 * Reads a `DEK-Info` header.
 *
 * @param value - As in `AES-256-CBC,00112233445566778899AABBCCDDEEFF`.
 * @throws {@link CryptoError} `INVALID_KEY` - missing, or not a name and 16 bytes.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - another cipher than AES in CBC mode.
 * @see RFC 1421 section 4.6.1.3
 */
export function readDekInfo(value: string | undefined): DekInfo {
  const [name = '', iv = '', ...more] = (value ?? '').split(',').map((part) => part.trim())
  const keyLength = KEY_LENGTHS.get(name.toUpperCase())
  if (keyLength !== undefined && more.length === 0 && /^[0-9a-fA-F]{32}$/.test(iv)) {
    return { keyLength, iv: hexToBytes(iv) }
  }
  if (keyLength === undefined && /^[A-Za-z0-9-]{1,20}$/.test(name))
    throw unsupportedProtection(name)
  throw cryptoError('INVALID_KEY', 'The PEM is damaged: its DEK-Info header cannot be read.')
}

/**
 * Decrypts the contents of a traditional PEM block.
 *
 * @throws {@link CryptoError} `OPERATION_FAILED` - a wrong password nearly always; seldom, garbage comes out.
 */
export function decryptTraditional(
  { keyLength, iv }: DekInfo,
  ciphertext: Uint8Array,
  password: Uint8Array,
): Uint8Array {
  const key = bytesToKey(password, iv.subarray(0, 8), keyLength)
  return aesCbcDecrypt(key, ciphertext, { iv, padding: 'pkcs7' })
}

const KEY_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['AES-128-CBC', 16],
  ['AES-192-CBC', 24],
  ['AES-256-CBC', 32],
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
