/** Delete EKM connection: DELETE /ekm. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import type { EkmConnection } from '../external-keys/external-key-manager.ts'
import { copyOfConnection } from './connection-input.ts'
import { readConnection, readEkm, writeEkm } from './read-ekm.ts'

/**
 * Deletes the connection of a Managed HSM to its external key manager. External keys stay; they cannot be used until there
 * is a connection again.
 *
 * @returns The connection as it was.
 * @throws {@link HsmError} 404 `EkmConnectionNotFound` - there is none.
 * @throws {@link HsmError} 400 `BadParameter` - a vault.
 * @see Managed HSM REST API 2026-01-01-preview, Delete EKM Connection
 *
 * @example
 * ```ts
 * import { createEkmConnection, createHsm, deleteEkmConnection } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createEkmConnection(hsm, { host: 'ekm.contoso.com', serverCaCertificates: [] })
 * deleteEkmConnection(hsm).host // 'ekm.contoso.com'
 * ```
 */
export function deleteEkmConnection(hsm: Hsm): EkmConnection {
  return runOperation(hsm, 'deleteEkmConnection', (call) => {
    const before = readConnection(call)
    const { connection: _, ...rest } = readEkm(call)
    writeEkm(call, rest)
    return copyOfConnection(before)
  })
}
