/** EncryptedPrivateKeyInfo: PKCS#8 under a password (RFC 5958 section 3; RFC 8018). */

import { aesCbcEncrypt } from '../aes/aes-cbc.ts'
import { cryptoError } from '../crypto-error.ts'
import { invalidDer, readDer, readOctetString, readSequence } from '../encoding/read-der.ts'
import { writeOctetString, writeSequence } from '../encoding/write-der.ts'
import type { AsymmetricKey, KeyMaterial } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import {
  decryptWithPassword,
  readEncryptionScheme,
  writeEncryptionScheme,
} from './encryption-scheme.ts'
import { openProtected, type Password } from './password.ts'
import {
  deriveFromPassword,
  describeExcess,
  type Pbkdf2Parameters,
  type ScryptParameters,
} from './password-kdf.ts'
import { exportPkcs8, importPkcs8 } from './pkcs8.ts'

/** How much work it takes to guess a password from the key that it protects. */
export interface KeyEncryptionOptions {
  /** Source of the salt and the IV. */
  readonly random: RandomSource
  /** Defaults to `pbkdf2`, with HMAC-SHA-256. */
  readonly kdf?: 'pbkdf2' | 'scrypt'
  /** For PBKDF2: 1 to 1,200,000; defaults to 600,000. */
  readonly iterations?: number
  /** For scrypt, N: a power of two; defaults to 16,384. 128·N·r is at most 256 MiB and N·r·p at most 3,145,728. */
  readonly cost?: number
  /** For scrypt, r: 1 to 64; defaults to 8. */
  readonly blockSize?: number
  /** For scrypt, p: 1 to 16; defaults to 5. */
  readonly parallelization?: number
}

/**
 * Reads a private key that a password protects.
 *
 * The time depends on the parameters in the key. Their product is bounded, to about two seconds of work: PBKDF2
 * iterations times blocks, scrypt N·r·p (at most 3,145,728, and 256 MiB).
 *
 * | scheme | key derivation | cipher, CBC mode |
 * | --- | --- | --- |
 * | PBES2 | PBKDF2 with HMAC of SHA-1 or SHA-2, or scrypt | AES-128, 192 or 256; DES-EDE3 |
 * | PBES1 | PKCS#12 with SHA-1 | DES-EDE3 with two or three keys |
 *
 * @param der - At most 65,536 bytes.
 * @param password - Text is used as its UTF-8 bytes, in PBES1 as UTF-16. The empty password is allowed.
 * @throws {@link CryptoError} `INVALID_KEY` - not DER of that structure, or more elements.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - another cipher or derivation, or parameters out of bounds; the text
 * names them and says how to convert the key.
 * @throws {@link CryptoError} `WRONG_PASSWORD` - the decrypted bytes are not a key that is supported.
 * @see RFC 5958 section 3; RFC 8018 section 6.2; RFC 7292 appendices B and C
 *
 * @example
 * ```ts
 * import { importEncryptedPkcs8, isCryptoError } from '@pocket-hsm/crypto'
 *
 * try {
 *   importEncryptedPkcs8(new Uint8Array(3), 'swordfish')
 * } catch (error) {
 *   isCryptoError(error) && error.code // 'INVALID_KEY'
 * }
 * ```
 */
export function importEncryptedPkcs8(der: Uint8Array, password: Password): AsymmetricKey {
  const [algorithm, encrypted] = readSequence(readDer(der, WHAT), WHAT, 2)
  const scheme = readEncryptionScheme(algorithm)
  const ciphertext = readOctetString(encrypted, 'the encrypted key')
  if (ciphertext.length === 0 || ciphertext.length % scheme.cipher.ivLength !== 0) {
    throw invalidDer('the encrypted key', 'is not whole blocks')
  }
  return openProtected(() => importPkcs8(decryptWithPassword(scheme, password, ciphertext)))
}

/**
 * Writes a private key under a password, with AES-256 in CBC mode.
 *
 * The form has no integrity check: changed bytes may damage the key, but reveal nothing about it.
 *
 * @param key - An RSA or EC key with its private part.
 * @param password - Text is used as its UTF-8 bytes.
 * @param options - `random` draws 16 bytes of salt, then 16 of IV.
 * @returns A fresh array of DER.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key that PKCS#8 cannot hold, an option outside its range, or
 * a random source that returns another length.
 * @see RFC 5958 section 3; RFC 8018 section 6.2
 *
 * @example
 * ```ts
 * import { exportEncryptedPkcs8, type KeyMaterial, type RandomSource } from '@pocket-hsm/crypto'
 *
 * const protect = (key: KeyMaterial, random: RandomSource): Uint8Array =>
 *   exportEncryptedPkcs8(key, 'swordfish', { random, kdf: 'scrypt' })
 * ```
 */
export function exportEncryptedPkcs8(
  key: KeyMaterial,
  password: Password,
  options: KeyEncryptionOptions,
): Uint8Array {
  const plaintext = exportPkcs8(key)
  const kdf = toKdf(options)
  const excess = describeExcess(kdf, KEY_LENGTH)
  if (excess !== undefined) throw cryptoError('INVALID_ARGUMENT', `${excess}.`)
  const iv = drawBytes(options.random, IV_LENGTH)
  const kek = deriveFromPassword(kdf, password, KEY_LENGTH)
  return writeSequence(
    writeEncryptionScheme(kdf, iv),
    writeOctetString(aesCbcEncrypt(kek, plaintext, { iv, padding: 'pkcs7' })),
  )
}

const WHAT = 'EncryptedPrivateKeyInfo'
const IV_LENGTH = 16
const SALT_LENGTH = 16
const KEY_LENGTH = 32

function toKdf(options: KeyEncryptionOptions): Pbkdf2Parameters | ScryptParameters {
  const salt = drawBytes(options.random, SALT_LENGTH)
  if (options.kdf === 'scrypt') {
    const { cost = 16_384, blockSize = 8, parallelization = 5 } = options
    return { kdf: 'scrypt', salt, cost, blockSize, parallelization }
  }
  return { kdf: 'pbkdf2', salt, iterations: options.iterations ?? 600_000, hash: 'SHA-256' }
}
