/** HMAC_DRBG with SHA-256: NIST SP 800-90A Rev. 1 section 10.1.2. */

import { concatBytes } from '@noble/hashes/utils.js'
import { cryptoError } from '../crypto-error.ts'
import { hmac } from '../hash/hashes.ts'
import type { RandomSource } from './random-source.ts'

/**
 * Makes a deterministic random source: the same entropy gives the same bytes at the same calls.
 *
 * It is never reseeded; 2^48 calls would use it up. What it answers at one call depends on the lengths asked
 * for before. As strong as its entropy, up to 256 bits.
 *
 * @param entropy - Entropy input and nonce together, 1 byte or more: 48 bytes give full strength, and a
 * few letters are enough for a test that wants to be repeated. Not kept.
 * @param personalization - What tells this source from others of the same entropy. Not kept.
 * @returns A source that answers 0 to 65536 bytes at a call, and refuses more with `INVALID_ARGUMENT`.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - no entropy.
 * @see NIST SP 800-90A Rev. 1 section 10.1.2 and table 2
 *
 * @example
 * ```ts
 * import { createHmacDrbg, equalBytes, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const one = createHmacDrbg(utf8ToBytes('seed'))
 * const other = createHmacDrbg(utf8ToBytes('seed'))
 * equalBytes(one(32), other(32)) // true
 * ```
 */
export function createHmacDrbg(entropy: Uint8Array, personalization?: Uint8Array): RandomSource {
  return resumeHmacDrbg(instantiateHmacDrbg(entropy, personalization))
}

/**
 * Works out the state in which {@link createHmacDrbg} begins: all that decides what one source answers, to have it
 * answer somewhere else.
 *
 * Whoever has the state knows what that source answers, and learns nothing of the entropy or of its other sources.
 *
 * @param entropy - As for `createHmacDrbg`.
 * @param personalization - As for `createHmacDrbg`.
 * @returns 64 bytes: Key, then V.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - no entropy.
 * @see NIST SP 800-90A Rev. 1 section 10.1.2.3
 *
 * @example
 * ```ts
 * import { createHmacDrbg, equalBytes, instantiateHmacDrbg, resumeHmacDrbg, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const state = instantiateHmacDrbg(utf8ToBytes('seed'), utf8ToBytes('orders'))
 * const source = createHmacDrbg(utf8ToBytes('seed'), utf8ToBytes('orders'))
 * equalBytes(resumeHmacDrbg(state)(32), source(32)) // true
 * ```
 */
export function instantiateHmacDrbg(
  entropy: Uint8Array,
  personalization: Uint8Array = NOTHING,
): Uint8Array {
  if (entropy.length === 0) {
    throw cryptoError('INVALID_ARGUMENT', 'A random source needs entropy.')
  }
  const key = new Uint8Array(32)
  const value = new Uint8Array(32).fill(1)
  const state = update({ key, value }, concatBytes(entropy, personalization))
  return concatBytes(state.key, state.value)
}

/**
 * Makes the random source of a state.
 *
 * @param state - 64 bytes from {@link instantiateHmacDrbg}. Not kept.
 * @returns A source as from {@link createHmacDrbg}.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - another number of bytes.
 * @see NIST SP 800-90A Rev. 1 section 10.1.2.5
 *
 * @example
 * ```ts
 * import { instantiateHmacDrbg, resumeHmacDrbg, utf8ToBytes } from '@pocket-hsm/crypto'
 *
 * const source = resumeHmacDrbg(instantiateHmacDrbg(utf8ToBytes('seed')))
 * source(48).length // 48
 * ```
 */
export function resumeHmacDrbg(state: Uint8Array): RandomSource {
  if (state.length !== 64) {
    throw cryptoError('INVALID_ARGUMENT', 'The state of a random source has 64 bytes.')
  }
  let { key, value }: State = { key: state.slice(0, 32), value: state.slice(32) }
  return (length) => {
    if (!Number.isInteger(length) || length < 0 || length > MOST_BYTES_PER_CALL) {
      throw cryptoError('INVALID_ARGUMENT', 'A random source answers 0 to 65536 bytes at a call.')
    }
    const answer = new Uint8Array(length)
    for (let at = 0; at < length; at += 32) {
      value = hmac('SHA-256', key, value)
      answer.set(value.subarray(0, length - at), at)
    }
    const next = update({ key, value }, NOTHING)
    key = next.key
    value = next.value
    return answer
  }
}

interface State {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** Section 10.1.2.2. */
function update({ key, value }: State, provided: Uint8Array): State {
  const once = mixed({ key, value }, ZERO, provided)
  return provided.length === 0 ? once : mixed(once, ONE, provided)
}

function mixed({ key, value }: State, round: Uint8Array, provided: Uint8Array): State {
  const next = hmac('SHA-256', key, concatBytes(value, round, provided))
  return { key: next, value: hmac('SHA-256', next, value) }
}

const NOTHING = new Uint8Array(0)
const ZERO = Uint8Array.of(0)
const ONE = Uint8Array.of(1)

/** Table 2: 2^19 bits for each request. */
const MOST_BYTES_PER_CALL = 65536
