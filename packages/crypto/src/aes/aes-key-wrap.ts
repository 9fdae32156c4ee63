/** AES key wrap without and with padding: RFC 3394, RFC 5649, NIST SP 800-38F. */

import { concatBytes } from '@noble/hashes/utils.js'
import { requireBytes } from '../checks/arguments.ts'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { requireAesKey } from './aes-key.ts'
import { aesEngine } from './engine/current-engine.ts'

/**
 * Wraps a key with AES-KW.
 *
 * Deterministic: the same arguments always give the same bytes.
 *
 * @param kek - 16, 24 or 32 bytes.
 * @param keyData - 16 bytes or more, a multiple of 8.
 * @returns A fresh array, 8 bytes longer than `keyData`.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a length outside these ranges.
 * @see RFC 3394 section 2.2.1; NIST SP 800-38F section 6.2
 *
 * @example
 * ```ts
 * import { aesKwWrap } from '@pocket-hsm/crypto'
 *
 * const kek = new Uint8Array(32)
 * const cek = new Uint8Array(32).fill(7)
 * aesKwWrap(kek, cek).length // 40
 * ```
 */
export function aesKwWrap(kek: Uint8Array, keyData: Uint8Array): Uint8Array {
  requireAesKey(kek)
  requireBytes('The key data', keyData)
  // RFC 3394 section 2: at least two semiblocks. KWP wraps a single one.
  if (keyData.length < 16 || keyData.length % 8 !== 0) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `AES-KW takes 16 bytes or more, in eights, not ${keyData.length}.`,
    )
  }
  return aesEngine().wrap(kek, concatBytes(ICV, keyData))
}

/**
 * Unwraps a key with AES-KW.
 *
 * @param kek - 16, 24 or 32 bytes.
 * @param wrapped - The wrapped key.
 * @returns A fresh array, 8 bytes shorter than `wrapped`.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a KEK of another length.
 * @throws {@link CryptoError} `OPERATION_FAILED` - another KEK, altered bytes, an impossible length.
 * @see RFC 3394 section 2.2.2; NIST SP 800-38F section 6.2
 *
 * @example
 * ```ts
 * import { aesKwUnwrap, aesKwWrap } from '@pocket-hsm/crypto'
 *
 * const kek = new Uint8Array(16)
 * aesKwUnwrap(kek, aesKwWrap(kek, new Uint8Array(32))).length // 32
 * ```
 */
export function aesKwUnwrap(kek: Uint8Array, wrapped: Uint8Array): Uint8Array {
  requireAesKey(kek)
  requireBytes('The wrapped key', wrapped)
  if (wrapped.length < 24 || wrapped.length % 8 !== 0) throw operationFailed()
  const unwrapped = aesEngine().unwrap(kek, wrapped)
  return keyDataOf(unwrapped, equalBytes(unwrapped.subarray(0, SEMIBLOCK), ICV), unwrapped.length)
}

/**
 * Wraps bytes of any length with AES-KWP.
 *
 * Deterministic: the same arguments always give the same bytes.
 *
 * @param kek - 16, 24 or 32 bytes.
 * @param keyData - 1 byte or more.
 * @returns A fresh array of 8·ceil(length / 8) + 8 bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a length outside these ranges.
 * @see RFC 5649 section 4.1; NIST SP 800-38F section 6.3
 *
 * @example
 * ```ts
 * import { aesKwpUnwrap, aesKwpWrap, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const kek = new Uint8Array(32)
 * const wrapped = aesKwpWrap(kek, utf8ToBytes('any length'))
 * aesKwpUnwrap(kek, wrapped).length // 10
 * ```
 */
export function aesKwpWrap(kek: Uint8Array, keyData: Uint8Array): Uint8Array {
  requireAesKey(kek)
  if (requireBytes('The key data', keyData).length === 0) {
    throw cryptoError('INVALID_ARGUMENT', 'AES-KWP takes 1 byte or more, not 0.')
  }
  const semiblocks = new Uint8Array(SEMIBLOCK * (1 + Math.ceil(keyData.length / SEMIBLOCK)))
  semiblocks.set(alternativeIv(keyData.length))
  semiblocks.set(keyData, SEMIBLOCK)
  // Section 4.1: a single semiblock is encrypted in one block together with the AIV, as CBC does with an IV of zeros.
  return semiblocks.length === BLOCK
    ? aesEngine().cbcEncrypt(kek, NO_IV, semiblocks)
    : aesEngine().wrap(kek, semiblocks)
}

/**
 * Unwraps bytes with AES-KWP.
 *
 * @param kek - 16, 24 or 32 bytes.
 * @param wrapped - The wrapped key.
 * @returns A fresh array of 1 to `wrapped.length - 8` bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a KEK of another length.
 * @throws {@link CryptoError} `OPERATION_FAILED` - another KEK, altered bytes, an impossible length.
 * @see RFC 5649 section 4.2; NIST SP 800-38F section 6.3
 *
 * @example
 * ```ts
 * import { aesKwpUnwrap, isCryptoError } from '@pocket-hsm/crypto'
 *
 * try {
 *   aesKwpUnwrap(new Uint8Array(32), new Uint8Array(24))
 * } catch (error) {
 *   if (!isCryptoError(error)) throw error
 *   error.code // 'OPERATION_FAILED'
 * }
 * ```
 */
export function aesKwpUnwrap(kek: Uint8Array, wrapped: Uint8Array): Uint8Array {
  requireAesKey(kek)
  requireBytes('The wrapped key', wrapped)
  if (wrapped.length < 16 || wrapped.length % 8 !== 0) throw operationFailed()
  const unwrapped =
    wrapped.length === BLOCK
      ? aesEngine().cbcDecrypt(kek, NO_IV, wrapped)
      : aesEngine().unwrap(kek, wrapped)
  // Section 3: the length field has to lie in the last semiblock, and zeros follow. All checks have one outcome.
  const length = new DataView(unwrapped.buffer, unwrapped.byteOffset).getUint32(4)
  const end = SEMIBLOCK + length
  const isInRange = end > unwrapped.length - SEMIBLOCK && end <= unwrapped.length
  let padding = 0
  for (let i = unwrapped.length - SEMIBLOCK + 1; i < unwrapped.length; i++) {
    padding |= (unwrapped[i] as number) & -Number(i >= end)
  }
  const isRightIv = equalBytes(unwrapped.subarray(0, SEMIBLOCK), alternativeIv(length))
  return keyDataOf(unwrapped, isInRange && isRightIv && padding === 0, end)
}

const BLOCK = 16
const SEMIBLOCK = 8

/** RFC 3394 section 2.2.3.1. */
const ICV = new Uint8Array(SEMIBLOCK).fill(0xa6)

const NO_IV = new Uint8Array(BLOCK)

/** The AIV of RFC 5649 section 3: a constant, then the length of the key data in bytes, big-endian. */
function alternativeIv(length: number): Uint8Array {
  const iv = Uint8Array.of(0xa6, 0x59, 0x59, 0xa6, 0, 0, 0, 0)
  new DataView(iv.buffer).setUint32(4, length)
  return iv
}

/** Takes the key data out, or nothing; overwrites the rest. */
function keyDataOf(unwrapped: Uint8Array, isRight: boolean, end: number): Uint8Array {
  const keyData = isRight ? unwrapped.slice(SEMIBLOCK, end) : undefined
  unwrapped.fill(0)
  if (keyData === undefined) throw operationFailed()
  return keyData
}
