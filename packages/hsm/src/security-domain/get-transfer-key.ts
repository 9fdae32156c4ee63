/** The exchange key for an upload of a security domain: GET /securitydomain/upload. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { requireManagedHsm } from './domain-status.ts'
import { exchangeKeyOf, type TransferKey, transferKeyOf } from './exchange-key.ts'
import { refuseActive } from './refuse-active.ts'

/**
 * Returns the public key that a security domain must be encrypted to, to be uploaded to an HSM that is not activated.
 *
 * The same each time. The first call takes as long as an RSA key of 2048 bits.
 *
 * @returns A JWK with a self-signed certificate, which names the host of the HSM.
 * @throws {@link HsmError} 409 `Conflict` - an HSM that is activated: it takes no other domain.
 * @throws {@link HsmError} 400 `BadParameter` - a vault, which has no security domain.
 * @see Managed HSM REST API, Security Domain Transfer Key
 *
 * @example
 * ```ts
 * import { createHsm, getTransferKey } from 'pocket-hsm'
 *
 * getTransferKey(createHsm({ activated: false })).x5c.length // 1
 * ```
 */
export function getTransferKey(hsm: Hsm): TransferKey {
  return runOperation(hsm, 'getTransferKey', (call) => {
    requireManagedHsm(call.engine)
    refuseActive(call)
    return transferKeyOf(exchangeKeyOf(call.engine.identityOrigin))
  })
}
