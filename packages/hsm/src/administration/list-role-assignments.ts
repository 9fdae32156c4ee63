/** List role assignments: GET {scope}/providers/Microsoft.Authorization/roleAssignments. */

import { scopeCovers } from '@pocket-hsm/access'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { ASSIGNMENTS, type RoleAssignment } from '../roles/role-assignments.ts'
import { readMember } from '../state/administration.ts'
import { entriesAfter } from '../state/sorted-map.ts'
import { readScope } from './role-input.ts'

/**
 * Lists the role assignments that are valid at a scope: those of the scope itself, of those above it and of those below.
 *
 * @param scope - `/`, which has all of them, `/keys` or `/keys/{name}`. Defaults to `/`.
 * @returns The assignments by their GUID.
 * @throws {@link HsmError} 400 `BadParameter` - no scope, or a vault, which has no local RBAC.
 * @see Key Vault REST API, Role Assignments - List For Scope
 *
 * @example
 * ```ts
 * import { createHsm, listRoleAssignments } from 'pocket-hsm'
 *
 * const hsm = createHsm({ accessControl: { administrators: ['64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a'] } })
 * listRoleAssignments(hsm).map(({ scope }) => scope) // ['/']
 * ```
 */
export function listRoleAssignments(hsm: Hsm, scope = '/'): readonly RoleAssignment[] {
  return runOperation(hsm, 'listRoleAssignments', (call) => {
    const place = readScope(call, scope)
    const { all } = readMember(call.engine.state, ASSIGNMENTS)
    return [...entriesAfter(all)]
      .map(([, item]) => item)
      .filter((item) => scopeCovers(item.scope, place) || scopeCovers(place, item.scope))
      .map((item) => ({ ...item }))
  })
}
