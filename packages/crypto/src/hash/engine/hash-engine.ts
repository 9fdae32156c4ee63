/** What computes hashes: the kernels in WebAssembly, or @noble/hashes where they cannot run. */

import type { HashName } from './hash-table.ts'

/** Computes the HMAC of a message under one key. */
export type HmacFunction = (message: Uint8Array) => Uint8Array

/** Hashes and authenticates. All results are fresh arrays as long as the digest. */
export interface HashEngine {
  readonly digest: (hash: HashName, message: Uint8Array) => Uint8Array
  /**
   * Prepares HMAC with a key of any length, which is not kept: what the function keeps are the states of the hash
   * after the padded keys, as secret as the key.
   *
   * @see RFC 2104 section 4
   */
  readonly prepareHmac: (hash: HashName, key: Uint8Array) => HmacFunction
}
