/** Keys to PEM text (RFC 7468). */

import type { KeyMaterial } from '../key-material.ts'
import { exportEncryptedPkcs8, type KeyEncryptionOptions } from './encrypted-pkcs8.ts'
import type { Password } from './password.ts'
import { writePemBlock } from './pem-blocks.ts'
import { exportPkcs8 } from './pkcs8.ts'
import { exportSpki } from './spki.ts'

/** The protection of an exported key. */
export interface ExportPemOptions extends KeyEncryptionOptions {
  /** Text is used as its UTF-8 bytes. */
  readonly password: Password
}

/**
 * Writes a private key as PEM: `PRIVATE KEY`, or `ENCRYPTED PRIVATE KEY` if you give a password.
 *
 * @param key - An RSA or EC key with its private part.
 * @param protection - Password and key derivation; without it the key is not encrypted.
 * @returns One block, lines of 64 characters.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a symmetric key, a key without its private part, or an option
 * outside its range.
 * @see RFC 7468 sections 10 and 11
 *
 * @example
 * ```ts
 * import { exportPem, importPem } from '@pocket-hsm/crypto'
 *
 * const inOneForm = (pem: string): string => exportPem(importPem(pem))
 * ```
 */
export function exportPem(key: KeyMaterial, protection?: ExportPemOptions): string {
  if (protection === undefined) return writePemBlock('PRIVATE KEY', exportPkcs8(key))
  const der = exportEncryptedPkcs8(key, protection.password, protection)
  return writePemBlock('ENCRYPTED PRIVATE KEY', der)
}

/**
 * Writes the public part of a key as PEM: `PUBLIC KEY`.
 *
 * @param key - An RSA or EC key; its private part is ignored.
 * @returns One block, lines of 64 characters.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a symmetric key.
 * @see RFC 7468 section 13
 *
 * @example
 * ```ts
 * import { exportPublicPem, type KeyMaterial } from '@pocket-hsm/crypto'
 *
 * const firstLine = (key: KeyMaterial): string | undefined => exportPublicPem(key).split('\n')[0]
 * ```
 */
export function exportPublicPem(key: KeyMaterial): string {
  return writePemBlock('PUBLIC KEY', exportSpki(key))
}
