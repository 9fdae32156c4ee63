/** Hash functions and what is built on them: HMAC (FIPS 198-1), HKDF (RFC 5869), MGF1 (RFC 8017). */

import { requireBytes } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'
import { symmetricEngine } from './engine/choose-symmetric-engine.ts'
import type { HashEngine, HmacFunction } from './engine/hash-engine.ts'
import { HASHES, type HashName } from './engine/hash-table.ts'
import { nobleHashes } from './engine/noble-hashes.ts'
import { wasmHashes } from './engine/wasm-hashes.ts'

export { HASHES, type HashName } from './engine/hash-table.ts'

/**
 * Hashes a message.
 *
 * @param hash - Which function.
 * @param message - Any number of bytes.
 * @returns A fresh array of 20, 28, 32, 48 or 64 bytes.
 * @see FIPS 180-4
 *
 * @example
 * ```ts
 * import { digest, bytesToHex, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * bytesToHex(digest('SHA-1', utf8ToBytes('abc'))) // 'a9993e364706816aba3e25717850c26c9cd0d89d'
 * ```
 */
export function digest(hash: HashName, message: Uint8Array): Uint8Array {
  requireBytes('The message', message)
  return engine().digest(hash, message)
}

/**
 * Computes the HMAC of a message.
 *
 * @param hash - Which hash function.
 * @param key - Any number of bytes.
 * @param message - Any number of bytes.
 * @returns A fresh array as long as the digest.
 * @see FIPS 198-1; RFC 2104
 *
 * @example
 * ```ts
 * import { hmac, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * hmac('SHA-256', utf8ToBytes('Jefe'), utf8ToBytes('what do ya want for nothing?')).length // 32
 * ```
 */
export function hmac(hash: HashName, key: Uint8Array, message: Uint8Array): Uint8Array {
  return prepareHmac(hash, key)(message)
}

/**
 * Prepares HMAC with a key, for more than one message: half the work of a short message is done once.
 *
 * @param hash - Which hash function.
 * @param key - Any number of bytes. Not kept.
 * @returns A function from a message to its HMAC. As secret as the key: it keeps what the hash makes of it.
 * @see RFC 2104 section 4
 */
export function prepareHmac(hash: HashName, key: Uint8Array): HmacFunction {
  requireBytes('The key', key)
  const prepared = engine().prepareHmac(hash, key)
  return (message) => prepared(requireBytes('The message', message))
}

/**
 * Derives keys from a secret: HKDF, extract then expand.
 *
 * @param hash - Which hash function.
 * @param ikm - Input keying material, any number of bytes.
 * @param salt - Any number of bytes; an empty one is equivalent to a digest's length of zeros.
 * @param info - The context of the derived bytes, any number of bytes.
 * @param length - Number of bytes: 1 to 255 times the length of the digest.
 * @returns A fresh array of `length` bytes.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - `length` outside its range.
 * @see RFC 5869 section 2
 *
 * @example
 * ```ts
 * import { hkdf, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const secret = new Uint8Array(32)
 * hkdf('SHA-256', secret, new Uint8Array(0), utf8ToBytes('backup'), 64).length // 64
 * ```
 */
export function hkdf(
  hash: HashName,
  ikm: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const hLen = HASHES[hash].outputLen
  const most = 255 * hLen
  if (!Number.isInteger(length) || length < 1 || length > most) {
    throw cryptoError('INVALID_ARGUMENT', `HKDF with ${hash} derives 1 to ${most} bytes.`)
  }
  requireBytes('The info', info)
  // Section 2.2: a salt that is not provided is hLen zeros. HMAC fills up a key with zeros: none is the same.
  const prk = hmac(hash, salt, ikm)
  const expand = prepareHmac(hash, prk)
  const okm = new Uint8Array(length)
  const input = new Uint8Array(hLen + info.length + 1)
  input.set(info, hLen)
  // Section 2.3: T(1) has no block before it.
  for (let at = 0, count = 1; at < length; at += hLen, count++) {
    input[hLen + info.length] = count
    const block = expand(count === 1 ? input.subarray(hLen) : input)
    okm.set(block.subarray(0, length - at), at)
    input.set(block)
  }
  prk.fill(0)
  input.fill(0)
  return okm
}

/**
 * Generates a mask from a seed.
 *
 * @param hash - Which hash function.
 * @param seed - Any number of bytes.
 * @param length - Number of bytes.
 * @returns A fresh array of `length` bytes.
 * @see RFC 8017 appendix B.2.1
 */
export function mgf1(hash: HashName, seed: Uint8Array, length: number): Uint8Array {
  const mask = new Uint8Array(length)
  const input = new Uint8Array(seed.length + 4)
  input.set(seed)
  const counter = new DataView(input.buffer, seed.length)
  for (let at = 0, count = 0; at < length; count++) {
    counter.setUint32(0, count)
    const block = digest(hash, input).subarray(0, length - at)
    mask.set(block, at)
    at += block.length
  }
  return mask
}

const engine = (): HashEngine => (symmetricEngine() === 'wasm' ? wasmHashes : nobleHashes)
