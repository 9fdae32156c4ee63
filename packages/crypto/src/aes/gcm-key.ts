/** What GCM makes of a key before it meets an IV: made once for each key value, and forgotten with it. */

import { unsafe } from '@noble/ciphers/aes.js'
import type { OctKey } from '../key-material.ts'
import { Secret } from '../secret.ts'
import { requireAesKey } from './aes-key.ts'
import { type GhashTable, makeGhashTable } from './ghash.ts'

/** A key ready for GCM. Both members are as secret as the key: hold one in no place that prints. */
export interface GcmKey {
  /** The round keys of AES (FIPS 197 section 5.2), as noble's block functions take them. */
  readonly schedule: Uint32Array
  readonly table: GhashTable
}

/**
 * Expands a key for GCM.
 *
 * @param bytes - 16, 24 or 32 bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key of another length.
 * @see NIST SP 800-38D section 7.1, step 1
 */
export function expandGcmKey(bytes: Uint8Array): GcmKey {
  requireAesKey(bytes)
  const schedule = unsafe.expandKeyLE(bytes)
  const subkey = unsafe.encryptBlock(schedule, new Uint8Array(16))
  return { schedule, table: makeGhashTable(subkey) }
}

/**
 * Expands a key value for GCM, once.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key of other than 128, 192 or 256 bits.
 */
export function gcmKeyOf({ secretKey }: OctKey): GcmKey {
  const known = expandedKeys.get(secretKey)
  if (known !== undefined) return known
  const expanded = expandGcmKey(Secret.reveal(secretKey))
  expandedKeys.set(secretKey, expanded)
  return expanded
}

// Forgotten with the key that it belongs to.
const expandedKeys = new WeakMap<Secret<Uint8Array>, GcmKey>()
