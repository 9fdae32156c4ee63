/** Create EKM connection: POST /ekm/create. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import type { EkmConnection } from '../external-keys/external-key-manager.ts'
import { checkOptions } from '../options/check-options.ts'
import { CONNECTION_OPTIONS, copyOfConnection, parseConnection } from './connection-input.ts'
import { checkEndpointOf } from './private-endpoints.ts'
import { readEkm, refuseEkm, writeEkm } from './read-ekm.ts'

/**
 * Connects a Managed HSM to an external key manager. The manager is not asked: {@link checkEkmConnection} does that. If it
 * throws, nothing has changed.
 *
 * The HSM opens no socket: whatever the host, the function `externalKeyManager` of `createHsm` answers, and gets the
 * connection with each request.
 *
 * @returns The connection.
 * @throws {@link HsmError} 409 `Conflict` (`EkmConnectionExists`) - there is one already.
 * @throws {@link HsmError} 400 `BadParameter` - a member that is not valid, more than 10 certificates, or a vault.
 * @throws {@link HsmError} 404 `EkmPrivateEndpointNotFound` - in mode `PrivateEndpoint`, a host that names none.
 * @see Managed HSM REST API 2026-01-01-preview, Create EKM Connection
 *
 * @example
 * ```ts
 * import { createEkmConnection, createHsm } from 'pocket-hsm'
 *
 * createEkmConnection(createHsm(), { host: 'ekm.contoso.com', serverCaCertificates: [] }).host // 'ekm.contoso.com'
 * ```
 */
export function createEkmConnection(hsm: Hsm, connection: EkmConnection): EkmConnection {
  return runOperation(hsm, 'createEkmConnection', (call) => {
    checkOptions('createEkmConnection', connection, CONNECTION_OPTIONS)
    const state = readEkm(call)
    const parsed = parseConnection(connection)
    if (state.connection !== undefined) throw refuseEkm(call, 'ekmConnectionExists')
    checkEndpointOf(call, parsed)
    writeEkm(call, { ...state, connection: parsed })
    return copyOfConnection(parsed)
  })
}
