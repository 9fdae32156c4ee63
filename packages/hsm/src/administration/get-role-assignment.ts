/** Get role assignment: GET {scope}/providers/Microsoft.Authorization/roleAssignments/{name}. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import type { RoleAssignment } from '../roles/role-assignments.ts'
import { findAssignment } from './find-assignment.ts'
import { readScope } from './role-input.ts'

/**
 * Returns a role assignment.
 *
 * @param name - Its GUID.
 * @param scope - Its scope or one above it. Defaults to `/`.
 * @throws {@link HsmError} 404 `RoleAssignmentNotFound` - no such assignment at the scope or below it.
 * @see Key Vault REST API, Role Assignments - Get
 *
 * @example
 * ```ts
 * import { createHsm, createRoleAssignment, getRoleAssignment } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const { name } = createRoleAssignment(hsm, {
 *   principalId: '64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a',
 *   roleDefinitionId: '21dbd100-6940-42c2-9190-5d6cb909625b',
 *   scope: '/keys/orders',
 * })
 * getRoleAssignment(hsm, name).scope // '/keys/orders'
 * ```
 */
export function getRoleAssignment(hsm: Hsm, name: string, scope = '/'): RoleAssignment {
  return runOperation(hsm, 'getRoleAssignment', (call) => ({
    ...findAssignment(call.engine, name, readScope(call, scope)),
  }))
}
