/** Delete role definition: DELETE {scope}/providers/Microsoft.Authorization/roleDefinitions/{name}. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { CUSTOM_ROLES, copyDefinition, type RoleDefinition } from '../roles/role-definitions.ts'
import { readMember, withMember } from '../state/administration.ts'
import { getValue, withoutValue } from '../state/sorted-map.ts'
import { needCustomRole, needHsmScope, readScope, refuse, stateKeyOf } from './role-input.ts'

/**
 * Deletes a custom role. Assignments of it stay, and allow nothing.
 *
 * @param name - Its GUID.
 * @param scope - Where it is defined: `/`, which it defaults to.
 * @returns The definition that was deleted.
 * @throws {@link HsmError} 400 `BadParameter` - a built-in role, or another scope.
 * @throws {@link HsmError} 404 `RoleDefinitionNotFound` - no such definition, or a name that is no GUID.
 * @see Key Vault REST API, Role Definitions - Delete
 *
 * @example
 * ```ts
 * import { createHsm, deleteRoleDefinition, listRoleDefinitions, setRoleDefinition } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const { name } = setRoleDefinition(hsm, '0f8e14c2-6c1b-4d6f-9a55-2f3f8c1c9a10', { roleName: 'Nobody' })
 * deleteRoleDefinition(hsm, name).roleName // 'Nobody'
 * listRoleDefinitions(hsm).length // 9
 * ```
 */
export function deleteRoleDefinition(hsm: Hsm, name: string, scope = '/'): RoleDefinition {
  return runOperation(hsm, 'deleteRoleDefinition', (call) => {
    const place = readScope(call, scope)
    const { engine } = call
    needHsmScope(place)
    const key = stateKeyOf(name)
    needCustomRole(engine, key, undefined)
    const custom = readMember(engine.state, CUSTOM_ROLES)
    const definition = getValue(custom, key)
    if (definition === undefined) throw refuse(engine, 'roleDefinitionNotFound')
    engine.state = withMember(engine.state, CUSTOM_ROLES, withoutValue(custom, key))
    return copyDefinition(definition)
  })
}
