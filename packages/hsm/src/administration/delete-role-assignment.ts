/** Delete role assignment: DELETE {scope}/providers/Microsoft.Authorization/roleAssignments/{name}. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { ASSIGNMENTS, type RoleAssignment, withoutAssignment } from '../roles/role-assignments.ts'
import { readMember, withMember } from '../state/administration.ts'
import { findAssignment } from './find-assignment.ts'
import { readScope, stateKeyOf } from './role-input.ts'

/**
 * Deletes a role assignment; the caller loses its rights at once. The last Administrator can be deleted too: then only
 * the host, whose calls are not checked, can make another one.
 *
 * @param name - Its GUID.
 * @param scope - Its scope or one above it. Defaults to `/`.
 * @returns The assignment that was deleted.
 * @throws {@link HsmError} 404 `RoleAssignmentNotFound` - no such assignment at the scope or below it.
 * @see Key Vault REST API, Role Assignments - Delete
 *
 * @example
 * ```ts
 * import { createHsm, deleteRoleAssignment, listRoleAssignments } from 'pocket-hsm'
 *
 * const hsm = createHsm({ accessControl: { administrators: ['64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a'] } })
 * for (const { name } of listRoleAssignments(hsm)) deleteRoleAssignment(hsm, name)
 * listRoleAssignments(hsm) // []
 * ```
 */
export function deleteRoleAssignment(hsm: Hsm, name: string, scope = '/'): RoleAssignment {
  return runOperation(hsm, 'deleteRoleAssignment', (call) => {
    const place = readScope(call, scope)
    const { engine } = call
    const item = findAssignment(engine, name, place)
    const assignments = withoutAssignment(readMember(engine.state, ASSIGNMENTS), stateKeyOf(name))
    engine.state = withMember(engine.state, ASSIGNMENTS, assignments)
    return { ...item }
  })
}
