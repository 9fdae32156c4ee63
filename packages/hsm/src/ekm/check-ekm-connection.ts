/** Check EKM connection: POST /ekm/check. */

import { askExternalKeyManager } from '../engine/ask-external-key-manager.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { parseInfo } from '../external-keys/check-answer.ts'
import type { EkmProxyInfo } from '../external-keys/external-key-manager.ts'
import { readConnection } from './read-ekm.ts'

/**
 * Asks the external key manager who it is, to see whether it can be reached.
 *
 * @returns What it says of itself.
 * @throws {@link HsmError} 404 `EkmConnectionNotFound` - there is no connection.
 * @throws {@link HsmError} 400 `BadParameter` - a vault.
 * @throws {@link HsmError} - what the external key manager refuses; 502 `BadGateway` or 504 `GatewayTimeout` if it cannot
 *   be reached, gives a wrong answer or takes longer than 250 ms.
 * @see Managed HSM REST API 2026-01-01-preview, Check EKM Connection
 *
 * @example
 * ```ts
 * import { checkEkmConnection, createEkmConnection, createExternalKeyManager, createHsm } from 'pocket-hsm'
 *
 * const hsm = createHsm({ externalKeyManager: createExternalKeyManager(createHsm()) })
 * createEkmConnection(hsm, { host: 'ekm.contoso.com', serverCaCertificates: [] })
 * checkEkmConnection(hsm).ekmVendor // 'pocket-hsm'
 * ```
 */
export function checkEkmConnection(hsm: Hsm): EkmProxyInfo {
  return runOperation(hsm, 'checkEkmConnection', (call) => {
    readConnection(call)
    return askExternalKeyManager(call, { operation: 'info' }, parseInfo)
  })
}
