/** Update EKM connection: PATCH /ekm. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import type { EkmConnection } from '../external-keys/external-key-manager.ts'
import { checkOptions } from '../options/check-options.ts'
import { CONNECTION_OPTIONS, copyOfConnection, parseConnection } from './connection-input.ts'
import { checkEndpointOf } from './private-endpoints.ts'
import { readConnection, readEkm, writeEkm } from './read-ekm.ts'

/**
 * Changes the connection of a Managed HSM to its external key manager. If it throws, nothing has changed.
 *
 * @param changes - What is to be different: an absent member stays as it is.
 * @returns The connection after the change.
 * @throws {@link HsmError} 404 `EkmConnectionNotFound` - there is none.
 * @throws {@link HsmError} 400 `BadParameter`, 404 `EkmPrivateEndpointNotFound` - as {@link createEkmConnection}.
 * @see Managed HSM REST API 2026-01-01-preview, Update EKM Connection
 *
 * @example
 * ```ts
 * import { createEkmConnection, createHsm, updateEkmConnection } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createEkmConnection(hsm, { host: 'old.contoso.com', pathPrefix: '/hsm1', serverCaCertificates: [] })
 * const { host, pathPrefix } = updateEkmConnection(hsm, { host: 'new.contoso.com' })
 * host // 'new.contoso.com'
 * pathPrefix // '/hsm1'
 * ```
 */
export function updateEkmConnection(hsm: Hsm, changes: Partial<EkmConnection>): EkmConnection {
  return runOperation(hsm, 'updateEkmConnection', (call) => {
    checkOptions('updateEkmConnection', changes, CONNECTION_OPTIONS)
    const before = readConnection(call)
    const given = Object.entries(changes).filter(([, value]) => (value ?? undefined) !== undefined)
    const connection = parseConnection({ ...before, ...Object.fromEntries(given) })
    checkEndpointOf(call, connection)
    writeEkm(call, { ...readEkm(call), connection })
    return copyOfConnection(connection)
  })
}
