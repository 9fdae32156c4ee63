/** EncryptedPrivateKeyInfo: PKCS#8 under a password with PBES2 and AES-CBC (RFC 5958 section 3; RFC 8018). */

import { aesCbcDecrypt, aesCbcEncrypt } from '../aes/aes-cbc.ts'
import { cryptoError } from '../crypto-error.ts'
import {
  type DerElement,
  invalidDer,
  readDer,
  readOctetString,
  readOid,
  readSequence,
} from '../encoding/read-der.ts'
import { writeOctetString, writeOid, writeSequence } from '../encoding/write-der.ts'
import type { EcKey, KeyMaterial, RsaKey } from '../key-material.ts'
import { drawBytes, type RandomSource } from '../random/random-source.ts'
import { openProtected, type Password, passwordBytes, unsupportedProtection } from './password.ts'
import { deriveFromPassword, describeExcess, type PasswordKdf } from './password-kdf.ts'
import { readPasswordKdf, writePasswordKdf } from './password-kdf-parameters.ts'
import { exportPkcs8, importPkcs8 } from './pkcs8.ts'

/** How hard a password is to guess from the key that it protects. */
export interface KeyEncryptionOptions {
  /** Source of the salt and the IV. */
  readonly random: RandomSource
  /** PBKDF2 with HMAC-SHA-256 unless told. */
  readonly kdf?: 'pbkdf2' | 'scrypt'
  /** For PBKDF2: 1 to 10,000,000, 600,000 unless told. */
  readonly iterations?: number
  /** For scrypt, N: a power of two, 16,384 unless told; 128·N·r is at most 256 MiB. */
  readonly cost?: number
  /** For scrypt, r: 1 to 64, 8 unless told. */
  readonly blockSize?: number
  /** For scrypt, p: 1 to 16, 5 unless told. */
  readonly parallelization?: number
}

/**
 * Reads a private key that a password protects.
 *
 * It takes as long as the key's own parameters ask, at most 10,000,000 iterations or 256 MiB.
 *
 * @param der - PBES2 with PBKDF2 (HMAC of SHA-1 or SHA-2) or scrypt, and AES-128, 192 or 256 in CBC mode.
 * @param password - Text counts as its UTF-8 bytes; empty is a password too.
 * @throws {@link CryptoError} `INVALID_KEY` - not DER of that structure.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - another cipher or derivation, or one that asks for too much;
 * the text says how to convert it.
 * @throws {@link CryptoError} `WRONG_PASSWORD` - whatever is wrong with what comes out of decryption.
 * @see RFC 5958 section 3; RFC 8018 section 6.2
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
export function importEncryptedPkcs8(der: Uint8Array, password: Password): RsaKey | EcKey {
  const [algorithm, encrypted, ...more] = readSequence(readDer(der, WHAT), WHAT)
  if (more.length > 0) throw invalidDer(WHAT, 'has more than two elements')
  const { keyLength, iv, kdf } = readPbes2(algorithm)
  const ciphertext = readOctetString(encrypted, 'the encrypted key')
  if (ciphertext.length === 0 || ciphertext.length % IV_LENGTH !== 0) {
    throw invalidDer('the encrypted key', 'is not whole blocks')
  }
  const key = deriveFromPassword(kdf, passwordBytes(password), keyLength)
  return openProtected(() => importPkcs8(aesCbcDecrypt(key, ciphertext, { iv, padding: 'pkcs7' })))
}

/**
 * Writes a private key under a password, with AES-256 in CBC mode.
 *
 * The form has no integrity of its own: who can change it may damage the key, but learns nothing of it.
 *
 * @param key - An RSA or EC key with its private part.
 * @param password - Text counts as its UTF-8 bytes.
 * @param options - Draws 16 bytes of salt, then 16 of IV.
 * @returns A fresh array of DER.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key that PKCS#8 cannot hold, an option outside its range, or
 * a random source that answers another length.
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
  const excess = describeExcess(kdf)
  if (excess !== undefined) throw cryptoError('INVALID_ARGUMENT', `Not taken: ${excess}.`)
  const iv = drawBytes(options.random, IV_LENGTH)
  const kek = deriveFromPassword(kdf, passwordBytes(password), 32)
  const scheme = writeSequence(writeOid(AES_256_CBC), writeOctetString(iv))
  return writeSequence(
    writeSequence(writeOid(PBES2), writeSequence(writePasswordKdf(kdf), scheme)),
    writeOctetString(aesCbcEncrypt(kek, plaintext, { iv, padding: 'pkcs7' })),
  )
}

const WHAT = 'EncryptedPrivateKeyInfo'
const IV_LENGTH = 16
const SALT_LENGTH = 16

const PBES2 = '1.2.840.113549.1.5.13'
const AES_256_CBC = '2.16.840.1.101.3.4.1.42'

/** RFC 8018 appendix B.2.5 with the lengths of the keys. */
const CIPHERS: ReadonlyMap<string, number> = new Map([
  ['2.16.840.1.101.3.4.1.2', 16],
  ['2.16.840.1.101.3.4.1.22', 24],
  [AES_256_CBC, 32],
])

/** RFC 8018 appendices A.3 and B.2; RFC 7292 appendix C. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.5.3', 'PBES1 (MD5 and DES)'],
  ['1.2.840.113549.1.5.6', 'PBES1 (MD5 and RC2)'],
  ['1.2.840.113549.1.5.10', 'PBES1 (SHA-1 and DES)'],
  ['1.2.840.113549.1.5.11', 'PBES1 (SHA-1 and RC2)'],
  ['1.2.840.113549.1.12.1.1', 'PKCS#12 PBE (SHA-1 and RC4)'],
  ['1.2.840.113549.1.12.1.2', 'PKCS#12 PBE (SHA-1 and RC4)'],
  ['1.2.840.113549.1.12.1.3', 'PKCS#12 PBE (SHA-1 and 3DES)'],
  ['1.2.840.113549.1.12.1.4', 'PKCS#12 PBE (SHA-1 and 3DES)'],
  ['1.2.840.113549.1.12.1.5', 'PKCS#12 PBE (SHA-1 and RC2)'],
  ['1.2.840.113549.1.12.1.6', 'PKCS#12 PBE (SHA-1 and RC2)'],
  ['1.3.14.3.2.7', 'DES'],
  ['1.2.840.113549.3.2', 'RC2'],
  ['1.2.840.113549.3.7', '3DES'],
])

interface Pbes2 {
  readonly kdf: PasswordKdf
  readonly keyLength: number
  readonly iv: Uint8Array
}

/** RFC 8018 appendix A.4. */
function readPbes2(element: DerElement | undefined): Pbes2 {
  const [algorithm, parameters] = readSequence(element, 'the encryption algorithm')
  const oid = readOid(algorithm, 'the encryption algorithm')
  if (oid !== PBES2) throw unsupportedProtection(UNSUPPORTED.get(oid) ?? oid)
  const [derivation, scheme] = readSequence(parameters, 'PBES2')
  const [cipher, ivElement] = readSequence(scheme, 'the cipher')
  const cipherOid = readOid(cipher, 'the cipher')
  const keyLength = CIPHERS.get(cipherOid)
  if (keyLength === undefined) {
    throw unsupportedProtection(UNSUPPORTED.get(cipherOid) ?? `the cipher ${cipherOid}`)
  }
  const iv = readOctetString(ivElement, 'the IV')
  if (iv.length !== IV_LENGTH) throw invalidDer('the IV', 'is not 16 bytes')
  return { kdf: readPasswordKdf(derivation, keyLength), keyLength, iv }
}

function toKdf(options: KeyEncryptionOptions): PasswordKdf {
  const salt = drawBytes(options.random, SALT_LENGTH)
  if (options.kdf === 'scrypt') {
    const { cost = 16_384, blockSize = 8, parallelization = 5 } = options
    return { kdf: 'scrypt', salt, cost, blockSize, parallelization }
  }
  return { kdf: 'pbkdf2', salt, iterations: options.iterations ?? 600_000, hash: 'SHA-256' }
}
