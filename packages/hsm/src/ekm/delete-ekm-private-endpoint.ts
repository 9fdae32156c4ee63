/** Delete EKM private endpoint: DELETE /ekm/privateendpoint/{name}. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { newOperationId } from './operation-id.ts'
import {
  checkEndpointName,
  describeOperation,
  type EkmPrivateEndpointOperation,
  nowOf,
  presentEndpoints,
  withOperation,
} from './private-endpoints.ts'
import { isSameEndpoint, readEkm, refuseEkm, writeEkm } from './read-ekm.ts'

/**
 * Deletes a private endpoint. It is gone after the `settlingSeconds` of the HSM: by default at once. If it throws, nothing
 * has changed.
 *
 * @throws {@link HsmError} 404 `EkmPrivateEndpointNotFound` - there is none of that name.
 * @throws {@link HsmError} 409 `Conflict` (`EkmPrivateEndpointInUse`) - the EKM connection goes through it.
 * @throws {@link HsmError} 400 `BadParameter` - a name that is not valid, or a vault.
 * @see Managed HSM REST API 2026-07-01-preview, Delete EKM Private Endpoint
 *
 * @example
 * ```ts
 * import { createEkmPrivateEndpoint, createHsm, deleteEkmPrivateEndpoint, listEkmPrivateEndpoints } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createEkmPrivateEndpoint(hsm, 'ekm-1', { privateLinkServiceId: 'proxy.eastus.azure.privatelinkservice' })
 * deleteEkmPrivateEndpoint(hsm, 'ekm-1').operationType // 'Delete'
 * listEkmPrivateEndpoints(hsm) // []
 * ```
 */
export function deleteEkmPrivateEndpoint(hsm: Hsm, name: string): EkmPrivateEndpointOperation {
  return runOperation(hsm, 'deleteEkmPrivateEndpoint', (call) => {
    const state = readEkm(call)
    checkEndpointName(name)
    const present = presentEndpoints(call)
    const endpoint = present.find((each) => isSameEndpoint(each.name, name))
    if (endpoint === undefined)
      throw refuseEkm(call, 'privateEndpointNotFound', { reference: name })
    const { connection } = state
    const isUsed =
      connection?.connectivityMode === 'PrivateEndpoint' && isSameEndpoint(connection.host, name)
    if (isUsed) throw refuseEkm(call, 'privateEndpointInUse', { reference: name })
    const startTime = nowOf(call)
    const goneAt = endpoint.goneAt ?? startTime + call.engine.container.settlingSeconds
    const operation = {
      id: newOperationId(call),
      name: endpoint.name,
      type: 'Delete',
      startTime,
      endTime: goneAt,
    } as const
    // One that is gone at once stays gone, also if the clock goes back.
    const stays = goneAt > startTime ? [{ ...endpoint, goneAt }] : []
    const endpoints = present.flatMap((each) => (each === endpoint ? stays : [each]))
    writeEkm(call, withOperation({ ...state, endpoints }, operation))
    return describeOperation(operation, startTime)
  })
}
