/** The encryption schemes of EncryptedPrivateKeyInfo: PBES2 (RFC 8018 appendix A.4) and PBES1 with triple DES. */

import { cryptoError } from '../crypto-error.ts'
import {
  type DerElement,
  invalidDer,
  readOctetString,
  readOid,
  readSequence,
} from '../encoding/read-der.ts'
import { writeOctetString, writeOid, writeSequence } from '../encoding/write-der.ts'
import { aesCbcCipher, DES_EDE3_CBC, type KeyCipher, TWO_KEY_DES_EDE3_CBC } from './key-ciphers.ts'
import { ENCRYPT_AGAIN, type Password, unsupportedProtection } from './password.ts'
import {
  deriveFromPassword,
  deriveIvFromPassword,
  describeExcess,
  type PasswordKdf,
  type Pbkdf2Parameters,
  type ScryptParameters,
} from './password-kdf.ts'
import { readCount, readPasswordKdf, writePasswordKdf } from './password-kdf-parameters.ts'

/** How a private key is encrypted. */
export interface EncryptionScheme {
  readonly kdf: PasswordKdf
  readonly cipher: KeyCipher
  /** The IV; `undefined` in PBES1, which derives it from the password. */
  readonly iv: Uint8Array | undefined
}

/**
 * Reads the AlgorithmIdentifier of an encryption scheme.
 *
 * @throws {@link CryptoError} `INVALID_KEY` - not that structure, or more elements.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - another scheme or cipher, or a derivation that is too costly; the
 * text names it.
 * @see RFC 8018 appendices A.4 and B.2; RFC 7292 appendix C
 */
export function readEncryptionScheme(element: DerElement | undefined): EncryptionScheme {
  const [algorithm, parameters] = readSequence(element, 'the encryption algorithm', 2)
  const oid = readOid(algorithm, 'the encryption algorithm')
  const scheme = oid === PBES2 ? readPbes2(parameters) : readPbes1(oid, parameters)
  const excess = describeExcess(scheme.kdf, scheme.cipher.keyLength)
  if (excess === undefined) return scheme
  throw cryptoError('UNSUPPORTED_KEY', `${excess}. ${ENCRYPT_AGAIN}`)
}

/**
 * Decrypts what a password protects.
 *
 * @throws {@link CryptoError} `OPERATION_FAILED` - wrong padding: nearly always a wrong password.
 */
export function decryptWithPassword(
  { kdf, cipher, iv }: EncryptionScheme,
  password: Password,
  ciphertext: Uint8Array,
): Uint8Array {
  const key = deriveFromPassword(kdf, password, cipher.keyLength)
  return cipher.decrypt(key, iv ?? deriveIvFromPassword(kdf, password), ciphertext)
}

/** Writes PBES2 with AES-256 in CBC mode. */
export function writeEncryptionScheme(
  kdf: Pbkdf2Parameters | ScryptParameters,
  iv: Uint8Array,
): Uint8Array {
  const cipher = writeSequence(writeOid(AES_256_CBC), writeOctetString(iv))
  return writeSequence(writeOid(PBES2), writeSequence(writePasswordKdf(kdf), cipher))
}

const PBES2 = '1.2.840.113549.1.5.13'
const AES_256_CBC = '2.16.840.1.101.3.4.1.42'

/** RFC 8018 appendix B.2; RFC 3565 section 4.1. */
const PBES2_CIPHERS: ReadonlyMap<string, KeyCipher> = new Map([
  ['2.16.840.1.101.3.4.1.2', aesCbcCipher(16)],
  ['2.16.840.1.101.3.4.1.22', aesCbcCipher(24)],
  [AES_256_CBC, aesCbcCipher(32)],
  ['1.2.840.113549.3.7', DES_EDE3_CBC],
])

/** RFC 7292 appendix C. */
const PBES1_CIPHERS: ReadonlyMap<string, KeyCipher> = new Map([
  ['1.2.840.113549.1.12.1.3', DES_EDE3_CBC],
  ['1.2.840.113549.1.12.1.4', TWO_KEY_DES_EDE3_CBC],
])

/** RFC 8018 appendices A.3 and B.2; RFC 7292 appendix C. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.5.3', 'PBES1 (MD5 and DES)'],
  ['1.2.840.113549.1.5.6', 'PBES1 (MD5 and RC2)'],
  ['1.2.840.113549.1.5.10', 'PBES1 (SHA-1 and DES)'],
  ['1.2.840.113549.1.5.11', 'PBES1 (SHA-1 and RC2)'],
  ['1.2.840.113549.1.12.1.1', 'PKCS#12 PBE (SHA-1 and RC4)'],
  ['1.2.840.113549.1.12.1.2', 'PKCS#12 PBE (SHA-1 and RC4)'],
  ['1.2.840.113549.1.12.1.5', 'PKCS#12 PBE (SHA-1 and RC2)'],
  ['1.2.840.113549.1.12.1.6', 'PKCS#12 PBE (SHA-1 and RC2)'],
  ['1.3.14.3.2.7', 'DES'],
  ['1.2.840.113549.3.2', 'RC2'],
])

/** RFC 8018 appendix A.4. */
function readPbes2(element: DerElement | undefined): EncryptionScheme {
  const [derivation, scheme] = readSequence(element, 'PBES2', 2)
  const [algorithm, parameters] = readSequence(scheme, 'the cipher', 2)
  const oid = readOid(algorithm, 'the cipher')
  const cipher = PBES2_CIPHERS.get(oid)
  if (cipher === undefined) {
    throw unsupportedProtection(UNSUPPORTED.get(oid) ?? `the cipher ${oid}`)
  }
  const iv = readOctetString(parameters, 'the IV')
  if (iv.length !== cipher.ivLength) throw invalidDer('the IV', `is not ${cipher.ivLength} bytes`)
  return { kdf: readPasswordKdf(derivation, cipher.keyLength), cipher, iv }
}

/** RFC 7292 appendix C: the parameters are a salt and an iteration count. */
function readPbes1(oid: string, element: DerElement | undefined): EncryptionScheme {
  const cipher = PBES1_CIPHERS.get(oid)
  if (cipher === undefined) throw unsupportedProtection(UNSUPPORTED.get(oid) ?? oid)
  const [salt, iterations] = readSequence(element, 'PBES1', 2)
  const kdf: PasswordKdf = {
    kdf: 'pkcs12',
    salt: readOctetString(salt, 'the salt'),
    iterations: readCount(iterations, 'the iteration count'),
    ivLength: cipher.ivLength,
  }
  return { kdf, cipher, iv: undefined }
}
