/**
 * A pool of random bytes from the host, for IVs, salts and identifiers: one call of the host's generator costs about
 * as much for 4 KiB as for 12 bytes. There is one pool for each instance of this module.
 */

import type { RandomSource } from '@pocket-hsm/crypto'
import { hostRandom } from '../host.ts'

/** Bytes that the host is asked for at a time. */
const POOL_BYTES = 4096

/** Longer draws gain little: the host serves them, and the pool stays as it is. */
const LONGEST_DRAW = 256

let pool: Uint8Array = new Uint8Array(0)
/** The first byte of the pool that has not been handed out. Those before it are zero. */
let next = 0

/**
 * Draws bytes from the pool. No byte is handed out twice, and what is handed out is zeroed in the pool.
 *
 * Keys are made from {@link hostRandom} instead, so that a copy of the process's memory never holds the bytes of a
 * key that is yet to be made.
 *
 * @throws {@link HsmError} 500 `InternalServerError` - a host without Web Crypto.
 */
export const pooledRandom: RandomSource = (length) => {
  if (length > LONGEST_DRAW) return hostRandom(length)
  if (length > pool.length - next) refill()
  const bytes = pool.slice(next, next + length)
  pool.fill(0, next, next + length)
  next += length
  return bytes
}

/**
 * Zeros the pool of random bytes from which IVs, salts and identifiers are drawn; the next draw fills it again.
 *
 * Call it right before the process is copied (a snapshot of a virtual machine, CRIU, a startup snapshot of V8):
 * otherwise the copies draw the same bytes, and can encrypt with the same IV under the same key. Threads and child
 * processes have a pool each and need no call. HSMs with a seed do not use the pool.
 *
 * @example
 * ```ts
 * import { clearRandomPool, createHsm, createKey, encrypt } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'content', { kty: 'oct-HSM' })
 * encrypt(hsm, 'content', { alg: 'A256GCM', value: new Uint8Array(4) })
 * clearRandomPool() // the snapshot is taken after this
 * ```
 */
export function clearRandomPool(): void {
  pool.fill(0)
  next = pool.length
}

/** Bytes that are left over are too few for the draw and are dropped. */
function refill(): void {
  const filled = hostRandom(POOL_BYTES)
  clearRandomPool()
  pool = filled
  next = 0
}
