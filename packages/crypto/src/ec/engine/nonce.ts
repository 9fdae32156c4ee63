/** The nonces of RFC 6979: an HMAC_DRBG seeded with the private key and the digest, and with further bytes if given. */

import { HASHES, type HashName, prepareHmac } from '../../hash/hashes.ts'
import { difference, isBelow, isInRange, leftmostBits } from './scalar-bytes.ts'

/** What the nonce depends on besides the hash. */
export interface NonceInput {
  /** The private key, as wide as the order. */
  readonly d: Uint8Array
  /** The digest's leftmost bits as a number, as wide as the order. */
  readonly z: Uint8Array
  /** Bytes mixed in, any number; none makes the nonce deterministic. */
  readonly extraEntropy: Uint8Array
}

/** The order of a curve. */
export interface Order {
  /** Big-endian. */
  readonly n: Uint8Array
  readonly bits: number
}

/**
 * Passes nonces from 1 to n - 1 to `use`, one after the other, until it returns something.
 *
 * Each nonce, and the keys, values and input of the generator, are overwritten with zeros when they are no longer
 * needed, also when `use` throws.
 *
 * @param use - Returns `undefined` to refuse a nonce. Does not keep it.
 * @returns What `use` returned.
 * @see RFC 6979 section 3.2, and section 3.6 for `extraEntropy`
 */
export function withNonce<Result>(
  hash: HashName,
  { n, bits }: Order,
  { d, z, extraEntropy }: NonceInput,
  use: (k: Uint8Array) => Result | undefined,
): Result {
  const width = n.length
  // bits2octets: z modulo n, which takes one subtraction.
  const reduced = isBelow(z, n) ? z : difference(z, n)
  const seed = joined(d, reduced, extraEntropy)
  const state = instantiate(hash, seed)
  seed.fill(0)
  try {
    for (;;) {
      const k = nextCandidate(state, width, bits)
      try {
        const result = isInRange(k, n) ? use(k) : undefined
        if (result !== undefined) return result
      } finally {
        k.fill(0)
      }
      // Step h.3: another round of the generator.
      step(hash, state, 0, NOTHING)
    }
  } finally {
    state.value.fill(0)
  }
}

interface State {
  /** HMAC under K, prepared once for the two messages or more that each K authenticates. */
  mac: (message: Uint8Array) => Uint8Array
  /** V. */
  value: Uint8Array
}

const NOTHING = new Uint8Array(0)

/** Steps b to g. */
function instantiate(hash: HashName, seed: Uint8Array): State {
  const length = HASHES[hash].outputLen
  const mac = prepareHmac(hash, new Uint8Array(length))
  const state = { mac, value: new Uint8Array(length).fill(1) }
  step(hash, state, 0, seed)
  step(hash, state, 1, seed)
  return state
}

/** K = HMAC_K(V ‖ tag ‖ seed), V = HMAC_K(V). */
function step(hash: HashName, state: State, tag: number, seed: Uint8Array): void {
  const message = joined(state.value, Uint8Array.of(tag), seed)
  const key = state.mac(message)
  message.fill(0)
  state.mac = prepareHmac(hash, key)
  key.fill(0)
  nextValue(state)
}

/** Steps h.1 and h.2: values one after the other until there are enough bits, then the leftmost of them. */
function nextCandidate(state: State, width: number, bits: number): Uint8Array {
  const values = new Uint8Array(width)
  for (let at = 0; at < width; at += state.value.length) {
    nextValue(state)
    values.set(state.value.subarray(0, width - at), at)
  }
  const candidate = leftmostBits(values, bits, width)
  values.fill(0)
  return candidate
}

/** V = HMAC_K(V). */
function nextValue(state: State): void {
  const next = state.mac(state.value)
  state.value.fill(0)
  state.value = next
}

function joined(first: Uint8Array, second: Uint8Array, third: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length + third.length)
  all.set(first)
  all.set(second, first.length)
  all.set(third, first.length + second.length)
  return all
}
