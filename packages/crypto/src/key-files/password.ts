/** Passwords that protect keys at rest: the parts that all encrypted forms share. */

import { utf8ToBytes } from '@noble/hashes/utils.js'
import { type CryptoError, cryptoError, isCryptoError } from '../crypto-error.ts'

/** A password: text, used as its UTF-8 bytes without normalization, or the bytes themselves. */
export type Password = string | Uint8Array

/** Returns the bytes of a password. */
export function passwordBytes(password: Password): Uint8Array {
  return typeof password === 'string' ? utf8ToBytes(password) : password
}

/**
 * Decrypts and reads a protected key, with one error for every failure: neither padding nor content may reveal to a
 * caller how far a wrong password or altered bytes came.
 *
 * @param open - Decrypts and reads.
 * @throws {@link CryptoError} `WRONG_PASSWORD` - whenever `open` throws a CryptoError.
 */
export function openProtected<Value>(open: () => Value): Value {
  try {
    return open()
  } catch (error) {
    if (isCryptoError(error)) throw cryptoError('WRONG_PASSWORD', WRONG_PASSWORD)
    throw error
  }
}

/** Advice for the owner of a key whose protection is not supported. */
export const ENCRYPT_AGAIN =
  'Encrypt the key again, for DES and RC2 with -provider legacy -provider default added: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out new.pem'

/** Returns the error for a protection that is not supported. */
export function unsupportedProtection(name: string): CryptoError {
  return cryptoError(
    'UNSUPPORTED_KEY',
    `Keys encrypted with ${name} are not supported. ${ENCRYPT_AGAIN}`,
  )
}

const WRONG_PASSWORD =
  'The password does not open the key, or the key inside is damaged or of a kind that is not supported.'
