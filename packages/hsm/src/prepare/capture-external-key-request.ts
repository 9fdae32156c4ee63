/** What a call that is to come will ask the external key manager: to have it answered before, by a function that takes time. */

import { emptyTrail } from '../audit/audit-trail.ts'
import { engineOf, type Hsm, handleOf } from '../engine/hsm.ts'
import { emptyHub } from '../events/event-hub.ts'
import { EKM } from '../external-keys/ekm-state.ts'
import type {
  ExternalKeyManager,
  ExternalKeyRequest,
} from '../external-keys/external-key-manager.ts'
import { readMember } from '../state/administration.ts'

/** What a call will ask. */
export interface CapturedExternalKeyRequest {
  readonly request: ExternalKeyRequest
  /** What would answer it: the `externalKeyManager` of the HSM, if it has one. */
  readonly manager: ExternalKeyManager | undefined
}

/**
 * Runs a call without any effect, to see what it asks the external key manager, so that a function which returns a promise
 * can answer. Then run it again, on a view whose `externalKeyManager` returns that answer.
 *
 * @param run - Makes the call on the HSM that it is given. Errors of it do not count: the second run has them too.
 * @returns The request; `undefined` if the call asks nothing.
 *
 * @example
 * ```ts
 * import {
 *   captureExternalKeyRequest, checkEkmConnection, createEkmConnection, createHsm, viewHsm,
 * } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createEkmConnection(hsm, { host: 'ekm.contoso.com', serverCaCertificates: [] })
 * captureExternalKeyRequest(hsm, checkEkmConnection)?.request.operation // 'info'
 * const info = { apiVersion: '1.0', proxyVendor: 'Contoso', proxyName: 'P 1', ekmVendor: 'Contoso', ekmProduct: 'E 1' }
 * const answer = await Promise.resolve(info)
 * checkEkmConnection(viewHsm(hsm, { externalKeyManager: () => answer })).proxyName // 'P 1'
 * ```
 */
export function captureExternalKeyRequest(
  hsm: Hsm,
  run: (hsm: Hsm) => unknown,
): CapturedExternalKeyRequest | undefined {
  const engine = engineOf(hsm)
  let request: ExternalKeyRequest | undefined
  const fork = handleOf(hsm.profile, {
    ...engine,
    trail: { ...emptyTrail(0), total: engine.trail.total },
    hub: emptyHub(),
    externalKeyManager: (asked) => {
      request = asked
      throw new Error('It was only captured.')
    },
  })
  try {
    run(fork)
  } catch {
    // The call itself reports it.
  }
  return request && { request, manager: engine.externalKeyManager }
}

/**
 * Returns whether an HSM has an EKM connection: without one, no call asks an external key manager.
 *
 * @example
 * ```ts
 * import { createHsm, hasEkmConnection } from 'pocket-hsm'
 *
 * hasEkmConnection(createHsm()) // false
 * ```
 */
export function hasEkmConnection(hsm: Hsm): boolean {
  return readMember(engineOf(hsm).state, EKM).connection !== undefined
}
