/** HMAC_DRBG with SHA-256: NIST SP 800-90A Rev. 1 section 10.1.2. */

import { concatBytes } from '@noble/hashes/utils.js'
import { requireBytes } from '../checks/arguments.ts'
import { cryptoError } from '../crypto-error.ts'
import type { HmacFunction } from '../hash/engine/hash-engine.ts'
import { prepareHmac } from '../hash/hashes.ts'
import type { RandomSource } from './random-source.ts'

/**
 * Creates a deterministic random source: the same entropy and the same calls give the same bytes.
 *
 * It is never reseeded; the standard allows 2^48 calls. The bytes of a call depend on the lengths of all calls
 * before it. The source is as strong as its entropy, up to 256 bits.
 *
 * @param entropy - Entropy input and nonce together, 1 byte or more: 48 bytes give full strength, a few letters are
 * enough for a repeatable test. Not kept.
 * @param personalization - Distinguishes this source from others of the same entropy. Defaults to no bytes. Not kept.
 * @returns A source that returns 0 to 65536 bytes a call, and throws `INVALID_ARGUMENT` for any other length.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument that is not bytes, or no entropy.
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
 * Computes the initial state of a source from {@link createHmacDrbg}, so that the source can run in another process.
 *
 * The state determines every byte of that source. It reveals nothing about the entropy, nor about other sources of
 * the same entropy.
 *
 * @param entropy - As for `createHmacDrbg`.
 * @param personalization - As for `createHmacDrbg`.
 * @returns 64 bytes: Key, then V.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument that is not bytes, or no entropy.
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
  personalization: Uint8Array = EMPTY,
): Uint8Array {
  requireBytes('The entropy', entropy)
  requireBytes('The personalization', personalization)
  if (entropy.length === 0) {
    throw cryptoError('INVALID_ARGUMENT', 'The entropy must have at least one byte.')
  }
  const key = new Uint8Array(32)
  const value = new Uint8Array(32).fill(1)
  const state = update(stateOf(key, value), concatBytes(entropy, personalization))
  return concatBytes(state.key, state.value)
}

/**
 * Creates a random source from a state.
 *
 * @param state - 64 bytes from {@link instantiateHmacDrbg}. Not kept.
 * @returns A source as from {@link createHmacDrbg}.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - an argument that is not 64 bytes.
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
  requireBytes('The state', state)
  if (state.length !== 64) {
    throw cryptoError('INVALID_ARGUMENT', `The state must have 64 bytes, not ${state.length}.`)
  }
  let { authenticate, value }: State = stateOf(state.slice(0, 32), state.slice(32))
  return (length) => {
    if (!Number.isInteger(length) || length < 0 || length > MAXIMUM_BYTES_PER_CALL) {
      throw cryptoError('INVALID_ARGUMENT', 'The length must be a whole number from 0 to 65536.')
    }
    const output = new Uint8Array(length)
    for (let at = 0; at < length; at += 32) {
      value = authenticate(value)
      output.set(value.subarray(0, length - at), at)
    }
    const next = update({ authenticate, value }, EMPTY)
    authenticate = next.authenticate
    value = next.value
    return output
  }
}

interface State {
  /** HMAC with Key, which is made once for all that one Key authenticates. */
  readonly authenticate: HmacFunction
  readonly value: Uint8Array
}

interface KeyedState extends State {
  readonly key: Uint8Array
}

const stateOf = (key: Uint8Array, value: Uint8Array): State => ({
  authenticate: prepareHmac('SHA-256', key),
  value,
})

/** Section 10.1.2.2. */
function update(state: State, provided: Uint8Array): KeyedState {
  const first = updateRound(state, ZERO, provided)
  return provided.length === 0 ? first : updateRound(first, ONE, provided)
}

function updateRound(
  { authenticate, value }: State,
  round: Uint8Array,
  provided: Uint8Array,
): KeyedState {
  const key = authenticate(concatBytes(value, round, provided))
  const next = prepareHmac('SHA-256', key)
  return { key, authenticate: next, value: next(value) }
}

const EMPTY = new Uint8Array(0)
const ZERO = Uint8Array.of(0)
const ONE = Uint8Array.of(1)

/** Table 2: 2^19 bits for each request. */
const MAXIMUM_BYTES_PER_CALL = 65536
