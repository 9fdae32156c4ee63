/** HMAC_DRBG with SHA-256: NIST SP 800-90A Rev. 1 section 10.1.2. */

import { cryptoError } from './crypto-error.ts'
import { hmac } from './hashes.ts'
import { concatOctets } from './octets.ts'
import type { RandomSource } from './random-source.ts'

/**
 * Makes a deterministic random source: the same entropy gives the same octets at the same calls.
 *
 * It is never reseeded; 2^48 calls would use it up. What it answers at one call depends on the lengths asked
 * for before. As strong as its entropy, up to 256 bits.
 *
 * @param entropy - Entropy input and nonce together, 1 octet or more: 48 octets give full strength, and a
 * few letters are enough for a test that wants to be repeated. Not kept.
 * @param personalization - What tells this source from others of the same entropy. Not kept.
 * @returns A source that answers 0 to 65536 octets at a call, and refuses more with `INVALID_ARGUMENT`.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - no entropy.
 * @see NIST SP 800-90A Rev. 1 section 10.1.2 and table 2
 *
 * @example
 * ```ts
 * import { createHmacDrbg, equalOctets, utf8ToOctets } from '@pocket-hsm/crypto'
 *
 * const one = createHmacDrbg(utf8ToOctets('seed'))
 * const other = createHmacDrbg(utf8ToOctets('seed'))
 * equalOctets(one(32), other(32)) // true
 * ```
 */
export function createHmacDrbg(entropy: Uint8Array, personalization?: Uint8Array): RandomSource {
  if (entropy.length === 0) {
    throw cryptoError('INVALID_ARGUMENT', 'A random source needs entropy.')
  }
  // Section 10.1.2.3, instantiate.
  let key: Uint8Array = new Uint8Array(32)
  let value: Uint8Array = new Uint8Array(32).fill(1)
  update(concatOctets(entropy, personalization ?? NOTHING))
  return generate

  /** Section 10.1.2.5. */
  function generate(length: number): Uint8Array {
    if (!Number.isInteger(length) || length < 0 || length > MOST_OCTETS_PER_CALL) {
      throw cryptoError('INVALID_ARGUMENT', 'A random source answers 0 to 65536 octets at a call.')
    }
    const answer = new Uint8Array(length)
    for (let at = 0; at < length; at += 32) {
      value = hmac('SHA-256', key, value)
      answer.set(value.subarray(0, length - at), at)
    }
    update(NOTHING)
    return answer
  }

  /** Section 10.1.2.2. */
  function update(provided: Uint8Array): void {
    key = hmac('SHA-256', key, concatOctets(value, ZERO, provided))
    value = hmac('SHA-256', key, value)
    if (provided.length === 0) return
    key = hmac('SHA-256', key, concatOctets(value, ONE, provided))
    value = hmac('SHA-256', key, value)
  }
}

const NOTHING = new Uint8Array(0)
const ZERO = Uint8Array.of(0)
const ONE = Uint8Array.of(1)

/** Table 2: 2^19 bits for each request. */
const MOST_OCTETS_PER_CALL = 65536
