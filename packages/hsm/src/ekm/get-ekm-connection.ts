/** Get EKM connection: GET /ekm. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import type { EkmConnection } from '../external-keys/external-key-manager.ts'
import { copyOfConnection } from './connection-input.ts'
import { readConnection } from './read-ekm.ts'

/**
 * Returns the connection of a Managed HSM to its external key manager.
 *
 * @throws {@link HsmError} 404 `EkmConnectionNotFound` - there is none.
 * @throws {@link HsmError} 400 `BadParameter` - a vault.
 * @see Managed HSM REST API 2026-01-01-preview, Get EKM Connection
 *
 * @example
 * ```ts
 * import { createEkmConnection, createHsm, getEkmConnection } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createEkmConnection(hsm, { host: 'ekm.contoso.com', pathPrefix: '/hsm1', serverCaCertificates: [] })
 * getEkmConnection(hsm).pathPrefix // '/hsm1'
 * ```
 */
export function getEkmConnection(hsm: Hsm): EkmConnection {
  return runOperation(hsm, 'getEkmConnection', (call) => copyOfConnection(readConnection(call)))
}
