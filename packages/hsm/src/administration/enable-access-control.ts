/** Turning access control on for an HSM that exists. */

import { engineOf, type Hsm } from '../engine/hsm.ts'
import {
  ACCESS_CONTROL_OPTIONS,
  type AccessControlOptions,
  checkAccessControl,
} from '../engine/hsm-options.ts'
import { checkOptions } from '../options/check-options.ts'
import { ACCESS_CONTROL, withAccessControl } from '../roles/access-control.ts'
import { readMember } from '../state/administration.ts'

/**
 * Turns local RBAC on, as the option `accessControl` of `createHsm` does for a new HSM.
 *
 * It is for a host that opens an HSM from an export. If access control is on already, nothing changes: the roles are those
 * that the HSM has. The change is in exports and changes like any other.
 *
 * @param options - Who gets the role `Managed HSM Administrator` at `/`.
 * @throws {@link HsmError} 400 `BadParameter` - a vault, no administrator, more than 10, or no object id.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, enableAccessControl, getKey, HsmError, viewHsm } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * enableAccessControl(hsm, { administrators: ['64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a'] })
 * try {
 *   getKey(viewHsm(hsm, { principals: ['2d9a5a39-0f3c-4d3f-8a44-5b0f4f6a7c11'] }), 'orders')
 * } catch (error) {
 *   if (error instanceof HsmError) error.code // 'AccessDenied'
 * }
 * ```
 */
export function enableAccessControl(hsm: Hsm, options: AccessControlOptions): void {
  const engine = engineOf(hsm)
  checkOptions('enableAccessControl', options, ACCESS_CONTROL_OPTIONS)
  const administrators = checkAccessControl(engine.profile, options)
  if (readMember(engine.state, ACCESS_CONTROL)) return
  engine.state = withAccessControl(engine.state, administrators)
}
