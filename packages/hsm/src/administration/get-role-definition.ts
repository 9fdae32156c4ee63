/** Get role definition: GET {scope}/providers/Microsoft.Authorization/roleDefinitions/{name}. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import {
  CUSTOM_ROLES,
  copyDefinition,
  findDefinition,
  type RoleDefinition,
} from '../roles/role-definitions.ts'
import { readMember } from '../state/administration.ts'
import { readScope, refuse, stateKeyOf } from './role-input.ts'

/**
 * Returns a role definition, built-in or custom.
 *
 * @param name - Its GUID.
 * @param scope - As for {@link listRoleDefinitions}. Defaults to `/`.
 * @throws {@link HsmError} 404 `RoleDefinitionNotFound` - no such definition, or a name that is no GUID.
 * @see Key Vault REST API, Role Definitions - Get
 *
 * @example
 * ```ts
 * import { createHsm, getRoleDefinition } from 'pocket-hsm'
 *
 * const { roleName } = getRoleDefinition(createHsm(), '21dbd100-6940-42c2-9190-5d6cb909625b')
 * roleName // 'Managed HSM Crypto User'
 * ```
 */
export function getRoleDefinition(hsm: Hsm, name: string, scope = '/'): RoleDefinition {
  return runOperation(hsm, 'getRoleDefinition', (call) => {
    readScope(call, scope)
    const { engine } = call
    const found = findDefinition(readMember(engine.state, CUSTOM_ROLES), stateKeyOf(name))
    if (found === undefined) throw refuse(engine, 'roleDefinitionNotFound')
    return copyDefinition(found)
  })
}
