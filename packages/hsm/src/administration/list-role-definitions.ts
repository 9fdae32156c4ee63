/** List role definitions: GET {scope}/providers/Microsoft.Authorization/roleDefinitions. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { allDefinitions, copyDefinition, type RoleDefinition } from '../roles/role-definitions.ts'
import { readScope } from './role-input.ts'

/**
 * Lists the role definitions: the built-in ones in the service's order, then the custom ones.
 *
 * @param scope - `/`, `/keys` or `/keys/{name}`: every scope has the same definitions. Defaults to `/`.
 * @throws {@link HsmError} 400 `BadParameter` - no scope, or a vault, which has no local RBAC.
 * @see Key Vault REST API, Role Definitions - List
 *
 * @example
 * ```ts
 * import { createHsm, listRoleDefinitions } from 'pocket-hsm'
 *
 * listRoleDefinitions(createHsm()).length // 9
 * ```
 */
export function listRoleDefinitions(hsm: Hsm, scope = '/'): readonly RoleDefinition[] {
  return runOperation(hsm, 'listRoleDefinitions', (call) => {
    readScope(call, scope)
    return allDefinitions(call.engine.state).map(copyDefinition)
  })
}
