/** HMAC under a key value that is used again and again. */

import type { OctKey } from '../key-material.ts'
import { Secret } from '../secret.ts'
import { type SymmetricEngineName, symmetricEngine } from './engine/choose-symmetric-engine.ts'
import type { HmacFunction } from './engine/hash-engine.ts'
import { type HashName, prepareHmac } from './hashes.ts'

/**
 * Computes the HMAC of a message.
 *
 * The states of the hash after the two padded keys are kept as long as the key is.
 *
 * @param key - Any length.
 * @param hash - Which hash function.
 * @param message - Any number of bytes.
 * @returns A fresh array as long as the digest.
 * @see RFC 2104 section 4
 */
export function keyedHmac({ secretKey }: OctKey, hash: HashName, message: Uint8Array): Uint8Array {
  return preparedHmac(secretKey, hash)(message)
}

function preparedHmac(secretKey: Secret<Uint8Array>, hash: HashName): HmacFunction {
  const engine = symmetricEngine()
  const known = preparedKeys.get(secretKey)
  const kept =
    known?.engine === engine ? known : { engine, functions: new Map<HashName, HmacFunction>() }
  const found = kept.functions.get(hash)
  if (found !== undefined) return found
  const prepared = prepareHmac(hash, Secret.reveal(secretKey))
  kept.functions.set(hash, prepared)
  preparedKeys.set(secretKey, kept)
  return prepared
}

interface PreparedKey {
  readonly engine: SymmetricEngineName
  readonly functions: Map<HashName, HmacFunction>
}

// An entry is collected with its key.
const preparedKeys = new WeakMap<Secret<Uint8Array>, PreparedKey>()
