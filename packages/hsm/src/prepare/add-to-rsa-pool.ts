/** Adding RSA keys that were made elsewhere to the pool of an HSM. */

import { engineOf, type Hsm } from '../engine/hsm.ts'
import { badParameter } from '../hsm-error.ts'
import { readIntoPool } from '../rsa-pool/export-rsa-pool.ts'
import type { RsaPool } from '../rsa-pool/rsa-pool.ts'

/**
 * Adds what {@link exportRsaPool} wrote to what a pool holds: keys that were made on another thread or machine.
 *
 * Fresh keys come after those that are there. A key that the pool has or had is not added again, so that it still gives
 * each key once.
 *
 * @param holder - The pool, or an HSM that has one.
 * @param bytes - As they were written; not kept.
 * @throws {@link HsmError} 400 `BadParameter` - no pool and no HSM with one; bytes that are none, are damaged or of
 *   another layout. Then nothing was added.
 *
 * @example
 * ```ts
 * import { addToRsaPool, createRsaPool, exportRsaPool, fillRsaPool } from 'pocket-hsm'
 *
 * const elsewhere = createRsaPool()
 * fillRsaPool(elsewhere, [{ count: 1 }])
 * const pool = createRsaPool()
 * addToRsaPool(pool, exportRsaPool(elsewhere))
 * addToRsaPool(pool, exportRsaPool(elsewhere))
 * fillRsaPool(pool, [{ count: 3 }], { atMost: 0 }) // 2
 * ```
 */
export function addToRsaPool(holder: RsaPool | Hsm, bytes: Uint8Array): void {
  readIntoPool(poolOf(holder), bytes)
}

function poolOf(holder: RsaPool | Hsm): RsaPool {
  if (typeof holder !== 'object' || holder === null || 'kind' in holder) return holder
  const { rsaPool } = engineOf(holder)
  if (rsaPool === undefined) throw badParameter('The HSM must have an rsaPool.')
  return rsaPool
}
