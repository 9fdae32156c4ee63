/** AES-CBC with a choice of paddings: NIST SP 800-38A section 6.2. */

import { requireBytes } from '../checks/arguments.ts'
import { cryptoError, operationFailed } from '../crypto-error.ts'
import { requireAesKey } from './aes-key.ts'
import { aesEngine } from './engine/current-engine.ts'

/**
 * How the last block is filled.
 *
 * | padding | encrypt | decrypt |
 * | --- | --- | --- |
 * | `none` | accepts whole blocks only | returns whole blocks |
 * | `zero` | fills the last block with zeros, adds nothing to whole blocks | returns whole blocks, including the zeros |
 * | `pkcs7` | adds 1 to 16 bytes, each of which is their number | removes them |
 */
export type CbcPadding = 'none' | 'zero' | 'pkcs7'

/** The parameters of AES-CBC. */
export interface CbcParameters {
  /** 16 unpredictable bytes. */
  readonly iv: Uint8Array
  readonly padding: CbcPadding
}

/**
 * Encrypts with AES-CBC. The ciphertext is not authenticated: changes to it are not detected.
 *
 * @param key - 16, 24 or 32 bytes.
 * @param plaintext - 1 byte or more; with `pkcs7`, 0 or more; with `none`, a multiple of 16 bytes.
 * @param parameters - IV and padding.
 * @returns A fresh array of 16·ceil(length / 16) bytes; with `pkcs7`, 16·(floor(length / 16) + 1).
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a length outside these ranges, or another padding.
 * @see NIST SP 800-38A section 6.2; RFC 5652 section 6.3 for `pkcs7`
 *
 * @example
 * ```ts
 * import { aesCbcEncrypt } from '@pocket-hsm/crypto'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const iv = random(16)
 * aesCbcEncrypt(random(32), new Uint8Array(200), { iv, padding: 'zero' }).length // 208
 * ```
 */
export function aesCbcEncrypt(
  key: Uint8Array,
  plaintext: Uint8Array,
  { iv, padding }: CbcParameters,
): Uint8Array {
  requireKeyAndParameters(key, iv, padding)
  const blocks = PADDINGS[padding](requireBytes('The plaintext', plaintext))
  if (!isWholeBlocks(blocks)) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `CBC with padding '${padding}' does not take ${plaintext.length} bytes.`,
    )
  }
  return aesEngine().cbcEncrypt(key, iv, blocks)
}

/**
 * Decrypts with AES-CBC.
 *
 * @param key - 16, 24 or 32 bytes.
 * @param ciphertext - A multiple of 16 bytes, at least 16.
 * @param parameters - The IV and padding used to encrypt.
 * @returns A fresh array as long as the ciphertext; with `pkcs7`, 1 to 16 bytes shorter.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key or IV of another length, or another padding.
 * @throws {@link CryptoError} `OPERATION_FAILED` - a ciphertext that is not whole blocks, or wrong padding.
 * @see NIST SP 800-38A section 6.2
 *
 * @example
 * ```ts
 * import { aesCbcDecrypt, aesCbcEncrypt, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const key = new Uint8Array(32)
 * const parameters = { iv: new Uint8Array(16), padding: 'pkcs7' } as const
 * const ciphertext = aesCbcEncrypt(key, utf8ToBytes('order 1'), parameters)
 * aesCbcDecrypt(key, ciphertext, parameters).length // 7
 * ```
 */
export function aesCbcDecrypt(
  key: Uint8Array,
  ciphertext: Uint8Array,
  { iv, padding }: CbcParameters,
): Uint8Array {
  requireKeyAndParameters(key, iv, padding)
  if (!isWholeBlocks(requireBytes('The ciphertext', ciphertext))) throw operationFailed()
  const blocks = aesEngine().cbcDecrypt(key, iv, ciphertext)
  return padding === 'pkcs7' ? withoutPkcs7(blocks) : blocks
}

const BLOCK = 16

const isWholeBlocks = ({ length }: Uint8Array) => length > 0 && length % BLOCK === 0

function requireKeyAndParameters(key: Uint8Array, iv: Uint8Array, padding: CbcPadding): void {
  requireAesKey(key)
  if (requireBytes('The IV', iv).length !== BLOCK) {
    throw cryptoError('INVALID_ARGUMENT', `An IV of CBC has 16 bytes, not ${iv.length}.`)
  }
  if (Object.hasOwn(PADDINGS, padding)) return
  throw cryptoError('INVALID_ARGUMENT', `Invalid padding '${padding}': use none, zero or pkcs7.`)
}

/** The plaintext, filled up to whole blocks. */
const PADDINGS: Readonly<Record<CbcPadding, (plaintext: Uint8Array) => Uint8Array>> = {
  none: (plaintext) => plaintext,
  zero: (plaintext) => extended(plaintext, Math.ceil(plaintext.length / BLOCK), 0),
  pkcs7(plaintext) {
    const blocks = Math.floor(plaintext.length / BLOCK) + 1
    return extended(plaintext, blocks, BLOCK * blocks - plaintext.length)
  },
}

function extended(plaintext: Uint8Array, blocks: number, byte: number): Uint8Array {
  const padded = new Uint8Array(BLOCK * blocks)
  padded.set(plaintext)
  padded.fill(byte, plaintext.length)
  return padded
}

/** RFC 5652 section 6.3. All 16 bytes that may be padding are looked at, whatever the last of them says. */
function withoutPkcs7(blocks: Uint8Array): Uint8Array {
  const padding = blocks[blocks.length - 1] as number
  let faults = Number(padding < 1) | Number(padding > BLOCK)
  for (let i = 1; i <= BLOCK; i++) {
    faults |= Number(i <= padding) & Number(blocks[blocks.length - i] !== padding)
  }
  const plaintext = blocks.slice(0, faults === 0 ? blocks.length - padding : 0)
  blocks.fill(0)
  if (faults !== 0) throw operationFailed()
  return plaintext
}
