/** Create EKM private endpoint: POST /ekm/privateendpoint/{name}. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { badParameter } from '../hsm-error.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'
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

/** Where a private endpoint is to lead. */
export interface CreateEkmPrivateEndpointParameters {
  /** The alias, or the resource id, of the Private Link Service: at most 1,024 characters. */
  readonly privateLinkServiceId: string
  /** What its owner is shown: at most 140 characters. */
  readonly requestMessage?: string | undefined
}

const MOST_ENDPOINTS = 2
const LONGEST_ID = 1024
const LONGEST_MESSAGE = 140

/**
 * Creates a private endpoint to an EKM proxy. It is ready after the `settlingSeconds` of the HSM: by default at once. If it
 * throws, nothing has changed.
 *
 * @param name - 2 to 24 letters, digits and hyphens, without a hyphen at an end.
 * @throws {@link HsmError} 400 `BadParameter` - a name or a parameter that is not valid, or a vault.
 * @throws {@link HsmError} 409 `Conflict` - an endpoint of that name (`EkmPrivateEndpointExists`), or two endpoints already.
 * @see Managed HSM REST API 2026-07-01-preview, Create EKM Private Endpoint
 *
 * @example
 * ```ts
 * import { createEkmPrivateEndpoint, createHsm } from 'pocket-hsm'
 *
 * createEkmPrivateEndpoint(createHsm(), 'ekm-1', { privateLinkServiceId: 'proxy.eastus.azure.privatelinkservice' }).status
 * // 'Succeeded'
 * ```
 */
export function createEkmPrivateEndpoint(
  hsm: Hsm,
  name: string,
  parameters: CreateEkmPrivateEndpointParameters,
): EkmPrivateEndpointOperation {
  return runOperation(hsm, 'createEkmPrivateEndpoint', (call) => {
    checkOptions('createEkmPrivateEndpoint', parameters, OPTIONS)
    const state = readEkm(call)
    checkEndpointName(name)
    const { requestMessage } = parameters
    const privateLinkServiceId = requireOption(
      'createEkmPrivateEndpoint',
      'privateLinkServiceId',
      parameters.privateLinkServiceId,
    )
    if (privateLinkServiceId === '' || privateLinkServiceId.length > LONGEST_ID) {
      throw badParameter(`privateLinkServiceId must have 1 to ${LONGEST_ID} characters.`)
    }
    if ((requestMessage ?? '').length > LONGEST_MESSAGE) {
      throw badParameter(`requestMessage must have at most ${LONGEST_MESSAGE} characters.`)
    }
    const present = presentEndpoints(call)
    if (present.some((each) => isSameEndpoint(each.name, name))) {
      throw refuseEkm(call, 'privateEndpointExists', { reference: name })
    }
    if (present.length >= MOST_ENDPOINTS) {
      throw refuseEkm(call, 'privateEndpointLimitReached', { limit: MOST_ENDPOINTS })
    }
    const startTime = nowOf(call)
    const endTime = startTime + call.engine.container.settlingSeconds
    const operation = {
      id: newOperationId(call),
      name,
      type: 'Create',
      startTime,
      endTime,
    } as const
    const endpoints = [...present, { name, privateLinkServiceId, readyAt: endTime }]
    writeEkm(call, withOperation({ ...state, endpoints }, operation))
    return describeOperation(operation, startTime)
  })
}

const { string } = OPTION_CHECKS
const OPTIONS = optionTable<CreateEkmPrivateEndpointParameters>({
  privateLinkServiceId: string,
  requestMessage: string,
})
