/** HMAC under a key value that is used again and again. */

import { hmac } from '@noble/hashes/hmac.js'
import type { OctKey } from '../key-material.ts'
import { Secret } from '../secret.ts'
import type { HashName } from './hashes.ts'
import { HASHES } from './hashes.ts'

/**
 * Computes the HMAC of a message.
 *
 * RFC 2104 section 4: what the hash makes of the two padded keys is kept, which spares half the work of a short
 * message.
 *
 * @param key - Any length.
 * @param hash - Which hash function.
 * @param message - Any number of bytes.
 * @returns A fresh array as long as the digest.
 */
export function keyedHmac({ secretKey }: OctKey, hash: HashName, message: Uint8Array): Uint8Array {
  return padded(secretKey, hash).clone().update(message).digest()
}

type Hmac = ReturnType<typeof hmac.create>

function padded(secretKey: Secret<Uint8Array>, hash: HashName): Hmac {
  const states = statesOf(secretKey)
  const known = states.get(hash)
  if (known !== undefined) return known
  const state = hmac.create(HASHES[hash], Secret.reveal(secretKey))
  states.set(hash, state)
  return state
}

function statesOf(secretKey: Secret<Uint8Array>): Map<HashName, Hmac> {
  const known = paddedKeys.get(secretKey)
  if (known !== undefined) return known
  const states = new Map<HashName, Hmac>()
  paddedKeys.set(secretKey, states)
  return states
}

// Forgotten with the key that it belongs to.
const paddedKeys = new WeakMap<Secret<Uint8Array>, Map<HashName, Hmac>>()
