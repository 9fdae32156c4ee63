/** Passwords that protect keys at rest: what every encrypted form shares. */

import { utf8ToBytes } from '@noble/hashes/utils.js'
import { type CryptoError, cryptoError, isCryptoError } from '../crypto-error.ts'

/** Text, which counts as its UTF-8 bytes without normalization, or the bytes themselves. */
export type Password = string | Uint8Array

/** The bytes that a password stands for. */
export function passwordBytes(password: Password): Uint8Array {
  return typeof password === 'string' ? utf8ToBytes(password) : password
}

/**
 * Opens what a password protects, with one answer for every refusal: neither padding nor content may tell a
 * caller how far a wrong password or altered bytes came.
 *
 * @param open - Decrypts and reads.
 * @throws {@link CryptoError} `WRONG_PASSWORD` - whenever `open` refuses.
 */
export function openProtected<Value>(open: () => Value): Value {
  try {
    return open()
  } catch (error) {
    if (isCryptoError(error)) throw cryptoError('WRONG_PASSWORD', WRONG_PASSWORD)
    throw error
  }
}

/** Makes the error of a protection that is not offered. */
export function unsupportedProtection(name: string): CryptoError {
  return cryptoError('UNSUPPORTED_KEY', `Keys encrypted with ${name} are not supported. ${ADVICE}`)
}

const WRONG_PASSWORD =
  'The password does not open the key, or the key inside is damaged or of a kind that is not supported.'

const ADVICE =
  'Encrypt the key anew, for DES and RC2 with -provider legacy -provider default added: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out new.pem'
