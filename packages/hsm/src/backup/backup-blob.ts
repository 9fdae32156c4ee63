/**
 * The backup blob: a JWE in compact form under the security domain, as a Managed HSM's is.
 *
 * @see RFC 7516 section 7.1 (compact serialization), RFC 7518 section 4.5 (`dir`) and 5.2.5 (`A256CBC-HS512`)
 */

import {
  bytesToUtf8,
  decryptA256CbcHs512,
  encryptA256CbcHs512,
  fromBase64url,
  isCryptoError,
  type RandomSource,
  toBase64url,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import type { HsmKeyRecord } from '../state/hsm-state.ts'
import { parseBackupRecord, serializeBackupRecord } from './backup-record.ts'
import { backupProtectionKey, type SecurityDomain } from './security-domain.ts'

/** Why a blob cannot be read. */
export type BackupBlobRefusal = 'foreignBackupBlob' | 'damagedBackupBlob'

interface Header {
  readonly alg: 'dir'
  readonly enc: 'A256CBC-HS512'
  readonly kid: 'backup-protection-key'
  /** The domain that it belongs to; not secret, and authenticated with the rest. */
  readonly security_domain: string
}

/** Seals a record: ASCII bytes of five parts, the second empty as the key is agreed. */
export function sealBackup(
  record: HsmKeyRecord,
  domain: SecurityDomain,
  random: RandomSource,
): Uint8Array {
  const header: Header = {
    alg: 'dir',
    enc: 'A256CBC-HS512',
    kid: 'backup-protection-key',
    security_domain: domain.id,
  }
  const protectedHeader = toBase64url(utf8ToBytes(JSON.stringify(header)))
  const iv = random(16)
  const { ciphertext, tag } = encryptA256CbcHs512(
    backupProtectionKey(domain),
    iv,
    utf8ToBytes(protectedHeader),
    serializeBackupRecord(record),
  )
  const parts = [iv, ciphertext, tag].map(toBase64url)
  return utf8ToBytes([protectedHeader, '', ...parts].join('.'))
}

/** Opens a blob. A foreign domain and damage give different errors; every kind of damage gives the same. */
export function openBackup(
  blob: Uint8Array,
  domain: SecurityDomain,
): HsmKeyRecord | { readonly refused: BackupBlobRefusal } {
  try {
    return opened(blob, domain)
  } catch (error) {
    if (isCryptoError(error) || error instanceof SyntaxError) return DAMAGED
    throw error
  }
}

const DAMAGED = { refused: 'damagedBackupBlob' } as const
const FOREIGN = { refused: 'foreignBackupBlob' } as const

function opened(
  blob: Uint8Array,
  domain: SecurityDomain,
): HsmKeyRecord | { readonly refused: BackupBlobRefusal } {
  const parts = bytesToUtf8(blob).split('.')
  const [protectedHeader = '', encryptedKey, iv = '', ciphertext = '', tag = ''] = parts
  if (parts.length !== 5 || encryptedKey !== '') return DAMAGED
  const header: unknown = JSON.parse(bytesToUtf8(fromBase64url(protectedHeader)))
  const belongsTo = (header as Partial<Header> | null)?.security_domain
  if (typeof belongsTo !== 'string') return DAMAGED
  if (belongsTo !== domain.id) return FOREIGN
  // RFC 4648 section 3.5: padding and unused bits can be altered without altering the bytes.
  const isAltered = (part: string): boolean => toBase64url(fromBase64url(part)) !== part
  if ([iv, ciphertext, tag].some(isAltered)) return DAMAGED
  const payload = decryptA256CbcHs512(
    backupProtectionKey(domain),
    fromBase64url(iv),
    utf8ToBytes(protectedHeader),
    fromBase64url(ciphertext),
    fromBase64url(tag),
  )
  return parseBackupRecord(payload) ?? DAMAGED
}
