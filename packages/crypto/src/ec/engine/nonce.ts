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
  const state = instantiate(hash, [d, reduced, extraEntropy])
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
      step(hash, state, 0, new Uint8Array(state.value.length + 1))
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

/** Steps b to g. Both steps authenticate one message, in which they change V and the tag. */
function instantiate(hash: HashName, seed: readonly Uint8Array[]): State {
  const length = HASHES[hash].outputLen
  const mac = prepareHmac(hash, new Uint8Array(length))
  const state = { mac, value: new Uint8Array(length).fill(1) }
  const size = seed.reduce((end, part) => end + part.length, length + 1)
  if (message.length !== size) message = new Uint8Array(size)
  let end = length + 1
  for (const part of seed) {
    message.set(part, end)
    end += part.length
  }
  step(hash, state, 0, message)
  step(hash, state, 1, message)
  message.fill(0)
  return state
}

/** Kept for the next call, and zero until then: V8 allocates memory of its own for more than 64 bytes, which is slow. */
let message: Uint8Array = new Uint8Array(0)

/** K = HMAC_K(V ‖ tag ‖ seed), V = HMAC_K(V). The message has room for V and the tag before the seed. */
function step(hash: HashName, state: State, tag: number, message: Uint8Array): void {
  message.set(state.value)
  message[state.value.length] = tag
  const key = state.mac(message)
  state.mac = prepareHmac(hash, key)
  key.fill(0)
  nextValue(state)
}

/** Steps h.1 and h.2: values one after the other until there are enough bits, then the leftmost of them. */
function nextCandidate(state: State, width: number, bits: number): Uint8Array {
  const values = new Uint8Array(width)
  for (let at = 0; at < width; at += state.value.length) {
    nextValue(state)
    const { value } = state
    values.set(at + value.length > width ? value.subarray(0, width - at) : value, at)
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
