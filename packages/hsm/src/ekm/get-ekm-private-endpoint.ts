/** Get and list EKM private endpoints: GET /ekm/privateendpoint, /ekm/privateendpoint/{name}, …/operations/{id}. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { printable } from '../hsm-error.ts'
import {
  checkEndpointName,
  describeEndpoint,
  describeOperation,
  type EkmPrivateEndpoint,
  type EkmPrivateEndpointOperation,
  nowOf,
  presentEndpoints,
} from './private-endpoints.ts'
import { isSameEndpoint, readEkm, refuseEkm } from './read-ekm.ts'

/**
 * Returns a private endpoint.
 *
 * @param name - Compared without regard to case.
 * @throws {@link HsmError} 404 `EkmPrivateEndpointNotFound` - there is none of that name.
 * @throws {@link HsmError} 400 `BadParameter` - a name that is not valid, or a vault.
 * @see Managed HSM REST API 2026-07-01-preview, Get EKM Private Endpoint
 *
 * @example
 * ```ts
 * import { createEkmPrivateEndpoint, createHsm, getEkmPrivateEndpoint } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createEkmPrivateEndpoint(hsm, 'ekm-1', { privateLinkServiceId: 'proxy.eastus.azure.privatelinkservice' })
 * getEkmPrivateEndpoint(hsm, 'ekm-1').provisioningState // 'Succeeded'
 * ```
 */
export function getEkmPrivateEndpoint(hsm: Hsm, name: string): EkmPrivateEndpoint {
  return runOperation(hsm, 'getEkmPrivateEndpoint', (call) => {
    readEkm(call)
    checkEndpointName(name)
    const found = presentEndpoints(call).find((each) => isSameEndpoint(each.name, name))
    if (found === undefined) throw refuseEkm(call, 'privateEndpointNotFound', { reference: name })
    return describeEndpoint(found, nowOf(call))
  })
}

/**
 * Lists the private endpoints: two at most.
 *
 * @throws {@link HsmError} 400 `BadParameter` - a vault.
 * @see Managed HSM REST API 2026-07-01-preview, List EKM Private Endpoints
 *
 * @example
 * ```ts
 * import { createHsm, listEkmPrivateEndpoints } from 'pocket-hsm'
 *
 * listEkmPrivateEndpoints(createHsm()) // []
 * ```
 */
export function listEkmPrivateEndpoints(hsm: Hsm): readonly EkmPrivateEndpoint[] {
  return runOperation(hsm, 'listEkmPrivateEndpoints', (call) =>
    presentEndpoints(call).map((each) => describeEndpoint(each, nowOf(call))),
  )
}

/**
 * Returns how far the creation or the deletion of a private endpoint is.
 *
 * @param id - The `jobId`: the latest hundred are remembered.
 * @throws {@link HsmError} 404 `EkmPrivateEndpointOperationNotFound` - there is no such operation.
 * @throws {@link HsmError} 400 `BadParameter` - a vault.
 * @see Managed HSM REST API 2026-07-01-preview, Get EKM Private Endpoint Operation Status
 *
 * @example
 * ```ts
 * import { createEkmPrivateEndpoint, createHsm, getEkmPrivateEndpointOperation } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const { jobId } = createEkmPrivateEndpoint(hsm, 'ekm-1', { privateLinkServiceId: 'proxy.eastus.azure.privatelinkservice' })
 * getEkmPrivateEndpointOperation(hsm, jobId).status // 'Succeeded'
 * ```
 */
export function getEkmPrivateEndpointOperation(hsm: Hsm, id: string): EkmPrivateEndpointOperation {
  return runOperation(hsm, 'getEkmPrivateEndpointOperation', (call) => {
    const found = readEkm(call).operations.find((operation) => operation.id === id)
    if (found !== undefined) return describeOperation(found, nowOf(call))
    const reference = printable(id).slice(0, 64)
    throw refuseEkm(call, 'privateEndpointOperationNotFound', { reference })
  })
}
