/** Keys from PEM text, in the forms that openssl writes for RSA and EC (RFC 7468). */

import { type CryptoError, cryptoError } from '../crypto-error.ts'
import type { AsymmetricKey } from '../key-material.ts'
import { importEncryptedPkcs8 } from './encrypted-pkcs8.ts'
import { openProtected, type Password, passwordBytes } from './password.ts'
import { damagedPem, type PemBlock, pemBytes, readPemBlocks } from './pem-blocks.ts'
import { readRsaPrivateKey, readRsaPublicKey } from './pkcs1.ts'
import { importPkcs8 } from './pkcs8.ts'
import { importSec1 } from './sec1.ts'
import { importSpki } from './spki.ts'
import { decryptTraditional, readDekInfo } from './traditional-encryption.ts'

/** Options for an encrypted PEM. */
export interface ImportPemOptions {
  /** Decrypts an encrypted key; ignored for a key without encryption. Text is used as its UTF-8 bytes. */
  readonly password?: Password | undefined
}

/**
 * Reads the first private key of a PEM text.
 *
 * | block | form |
 * | --- | --- |
 * | `PRIVATE KEY` | PKCS#8 |
 * | `ENCRYPTED PRIVATE KEY` | PKCS#8 encrypted with PBES2 (AES or triple DES) or PBES1 (triple DES) |
 * | `RSA PRIVATE KEY`, `EC PRIVATE KEY` | PKCS#1 and SEC 1; a `DEK-Info` header names AES or triple DES |
 *
 * Text and other blocks around it are ignored: certificates, `EC PARAMETERS`, public keys. Key derivations that take
 * more than about two seconds are an error, see {@link importEncryptedPkcs8}.
 *
 * @param pem - At most 1,048,576 characters.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - the key is encrypted and no password is given.
 * @throws {@link CryptoError} `INVALID_KEY` - no private key, a damaged block, or an inconsistent key.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - a form, kind or cipher that is not supported; the text says how
 * to convert it.
 * @throws {@link CryptoError} `WRONG_PASSWORD` - the decrypted bytes are not a key that is supported.
 * @see RFC 7468 sections 10 and 11; RFC 5915 section 4
 *
 * @example
 * ```ts
 * import { importPem, isCryptoError } from '@pocket-hsm/crypto'
 *
 * try {
 *   importPem('not a key')
 * } catch (error) {
 *   isCryptoError(error) && error.code // 'INVALID_KEY'
 * }
 * ```
 */
export function importPem(pem: string, options: ImportPemOptions = {}): AsymmetricKey {
  const blocks = readPemBlocks(pem)
  const block = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'))
  if (block === undefined) throw noPrivateKey(blocks)
  const { password } = options
  if (block.label === 'ENCRYPTED PRIVATE KEY') {
    return importEncryptedPkcs8(pemBytes(block), required(password))
  }
  const read = READERS.get(block.label)
  if (read === undefined) throw unsupportedBlock(block)
  const procType = block.headers.get('proc-type')
  if (procType === undefined) return read(pemBytes(block))
  if (!ENCRYPTED.test(procType)) throw damagedPem('its Proc-Type header is not 4,ENCRYPTED')
  const dekInfo = readDekInfo(block.headers.get('dek-info'))
  const ciphertext = pemBytes(block)
  const bytes = passwordBytes(required(password))
  return openProtected(() => read(decryptTraditional(dekInfo, ciphertext, bytes)))
}

/**
 * Reads the first public key of a PEM text, from `PUBLIC KEY` (SPKI) or `RSA PUBLIC KEY` (PKCS#1).
 *
 * @param pem - At most 1,048,576 characters.
 * @returns A key without private part.
 * @throws {@link CryptoError} `INVALID_KEY` - no public key, a damaged block, or a point off its curve.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - a kind, curve or length that is not supported.
 * @see RFC 7468 section 13
 *
 * @example
 * ```ts
 * import { exportPublicPem, importPublicPem, type KeyMaterial } from '@pocket-hsm/crypto'
 *
 * const publicPart = (key: KeyMaterial): KeyMaterial => importPublicPem(exportPublicPem(key))
 * ```
 */
export function importPublicPem(pem: string): AsymmetricKey {
  const blocks = readPemBlocks(pem)
  for (const block of blocks) {
    const read = PUBLIC_READERS.get(block.label)
    if (read !== undefined) return read(pemBytes(block))
  }
  const isCertificate = blocks.some(({ label }) => label === 'CERTIFICATE')
  const command = isCertificate
    ? 'x509 -in certificate.pem -noout -pubkey'
    : 'pkey -in key.pem -pubout'
  throw cryptoError('INVALID_KEY', `The PEM holds no public key. Make one with: openssl ${command}`)
}

/** RFC 1421 section 4.6.1.1. */
const ENCRYPTED = /^4\s*,\s*ENCRYPTED$/

type Reader = (der: Uint8Array) => AsymmetricKey

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['PRIVATE KEY', importPkcs8],
  ['RSA PRIVATE KEY', readRsaPrivateKey],
  ['EC PRIVATE KEY', importSec1],
])

const PUBLIC_READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['PUBLIC KEY', importSpki],
  ['RSA PUBLIC KEY', readRsaPublicKey],
])

/** Private keys in forms that are not supported, with advice for their owner. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['OPENSSH PRIVATE KEY', 'Convert it with: ssh-keygen -p -m PKCS8 -f key'],
  [
    'RSA-PSS PRIVATE KEY',
    'Convert it with: openssl rsa -in old.pem -traditional | sed s/RSA-PSS/RSA/ > new.pem',
  ],
  ['DSA PRIVATE KEY', 'It cannot be converted: make a new key.'],
])

function unsupportedBlock({ label }: PemBlock): CryptoError {
  const advice =
    UNSUPPORTED.get(label) ??
    'Convert it with: openssl pkcs8 -topk8 -nocrypt -in old.pem -out new.pem'
  return cryptoError('UNSUPPORTED_KEY', `PEM blocks named ${label} are not supported. ${advice}`)
}

function noPrivateKey(blocks: readonly PemBlock[]): CryptoError {
  if (blocks.some(({ label }) => PUBLIC_READERS.has(label))) {
    return cryptoError('INVALID_KEY', 'The PEM holds a public key only: a private key is needed.')
  }
  if (blocks.some(({ label }) => label.endsWith('CERTIFICATE'))) {
    return cryptoError('INVALID_KEY', 'The PEM holds a certificate only: a private key is needed.')
  }
  return cryptoError('INVALID_KEY', 'The PEM holds no private key.')
}

function required(password: Password | undefined): Password {
  if (password !== undefined) return password
  throw cryptoError('INVALID_ARGUMENT', 'The key is encrypted: a password is needed.')
}
