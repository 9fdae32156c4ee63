/** Whether an HSM is activated. */

import { engineOf, type Hsm } from '../engine/hsm.ts'
import { ACTIVATION, isActivated } from '../state/activation.ts'
import { readMember } from '../state/administration.ts'

/**
 * Reads whether an HSM is activated, in the words of its Azure resource.
 *
 * Not an operation of the service's data plane: it needs no rights, and the audit trail does not show it.
 *
 * @returns `NotActivated` for an HSM of `createHsm({ activated: false })` until its security domain has been downloaded or
 *   another one uploaded.
 *
 * @example
 * ```ts
 * import { createHsm, readActivation } from 'pocket-hsm'
 *
 * readActivation(createHsm()) // 'Active'
 * readActivation(createHsm({ activated: false })) // 'NotActivated'
 * ```
 */
export function readActivation(hsm: Hsm): 'Active' | 'NotActivated' {
  const { state, clock } = engineOf(hsm)
  return isActivated(readMember(state, ACTIVATION), clock) ? 'Active' : 'NotActivated'
}
