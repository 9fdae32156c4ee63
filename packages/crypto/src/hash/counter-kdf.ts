/** Key derivation in counter mode with HMAC (NIST SP 800-108 Rev. 1, section 4.1). */

import { concatBytes } from '@noble/hashes/utils.js'
import { requireBytes } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'
import { HASHES, type HashName, prepareHmac } from './hashes.ts'

/**
 * Derives keys from a key: SP 800-108 in counter mode, with HMAC.
 *
 * The counter and the length are 32-bit big-endian numbers, the counter comes first, and the length is in bits.
 *
 * @param hash - Which hash function.
 * @param key - The key-derivation key, any number of bytes.
 * @param label - The purpose of the derived bytes, any number of bytes.
 * @param context - The context of the derived bytes, any number of bytes; often none.
 * @param length - Number of bytes: 1 to 65,536.
 * @returns A fresh array of `length` bytes. A shorter length gives other bytes, not a part of a longer one's.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - `length` outside its range, or an argument of another type.
 * @see NIST SP 800-108 Rev. 1 section 4.1
 *
 * @example
 * ```ts
 * import { counterKdf, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const [key, noContext] = [new Uint8Array(32), new Uint8Array(0)]
 * counterKdf('SHA-512', key, utf8ToBytes('hsm_backup'), noContext, 64).length // 64
 * ```
 */
export function counterKdf(
  hash: HashName,
  key: Uint8Array,
  label: Uint8Array,
  context: Uint8Array,
  length: number,
): Uint8Array {
  requireBytes('The label', label)
  requireBytes('The context', context)
  if (!Number.isInteger(length) || length < 1 || length > LONGEST) {
    throw cryptoError('INVALID_ARGUMENT', `The counter mode derives 1 to ${LONGEST} bytes.`)
  }
  const fixed = concatBytes(label, Uint8Array.of(0), context, uint32(8 * length))
  return deriveFromFixedInput(hash, key, fixed, length)
}

/**
 * The counter mode over any fixed input: the blocks are `HMAC(key, counter ‖ fixed)` for the counters from 1 on.
 *
 * @returns A fresh array of `length` bytes.
 */
export function deriveFromFixedInput(
  hash: HashName,
  key: Uint8Array,
  fixed: Uint8Array,
  length: number,
): Uint8Array {
  const prf = prepareHmac(hash, key)
  const derived = new Uint8Array(length)
  const blockLength = HASHES[hash].outputLen
  for (let at = 0, counter = 1; at < length; at += blockLength, counter++) {
    const block = prf(concatBytes(uint32(counter), fixed))
    derived.set(block.subarray(0, length - at), at)
    block.fill(0)
  }
  return derived
}

/** Keys are short: a longer output is a mistake, and the length in bits stays far from 32 bits. */
const LONGEST = 65_536

function uint32(number: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}
