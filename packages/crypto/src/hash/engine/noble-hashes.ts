/** Hashes of @noble/hashes: where there is no SIMD in WebAssembly, and for SHA-1. */

import { hmac } from '@noble/hashes/hmac.js'
import type { HashEngine } from './hash-engine.ts'
import { HASHES } from './hash-table.ts'

/** Every hash, on every host. */
export const nobleHashes: HashEngine = {
  digest: (hash, message) => HASHES[hash](message),
  prepareHmac(hash, key) {
    const prepared = hmac.create(HASHES[hash], key)
    return (message) => prepared.clone().update(message).digest()
  },
}
