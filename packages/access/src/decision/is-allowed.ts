/** The decision: whether a caller may do something. */

import type { Assignment, Role } from '../roles/role.ts'
import { scopeCovers } from './scopes.ts'

/** Where role definitions are found by their GUID, in lower case: a `Map` will do. */
export interface RoleSource {
  get(guid: string): Role | undefined
}

/**
 * Returns whether some assignment allows an action.
 *
 * It does if its principal is one of the caller's, its scope is the resource or one above it, and one permission of its
 * role has the data action and does not exclude it. What one role or permission excludes, another may still allow. All
 * texts are compared as a whole, without regard to case: there are no wildcards.
 *
 * @param assignments - In any order; one whose role does not exist allows nothing.
 * @param roles - The role definitions.
 * @param principals - Who the caller is: the object id, and those of the caller's groups.
 * @param action - The data action: `Microsoft.KeyVault/managedHsm/keys/sign/action`.
 * @param scope - The resource: `/`, `/keys` or `/keys/{name}`.
 *
 * @example
 * ```ts
 * import { BUILT_IN_ROLES, isAllowed, OPERATION_ACCESS } from '@pocket-hsm/access'
 *
 * const roles = new Map(BUILT_IN_ROLES.map((role) => [role.name, role]))
 * const roleDefinitionId = '21dbd100-6940-42c2-9190-5d6cb909625b'
 * const assignments = [{ principalId: 'alice', roleDefinitionId, scope: '/keys/orders' }]
 * const { action } = OPERATION_ACCESS.sign
 * isAllowed(assignments, roles, ['alice'], action, '/keys/orders') // true
 * isAllowed(assignments, roles, ['alice'], action, '/keys/payroll') // false
 * ```
 */
export function isAllowed(
  assignments: Iterable<Assignment>,
  roles: RoleSource,
  principals: readonly string[],
  action: string,
  scope: string,
): boolean {
  const callers = new Set(principals.map((principal) => principal.toLowerCase()))
  for (const assignment of assignments) {
    if (!callers.has(assignment.principalId.toLowerCase())) continue
    if (!scopeCovers(assignment.scope, scope)) continue
    const role = roles.get(guidOf(assignment.roleDefinitionId))
    if (role !== undefined && roleAllows(role, action)) return true
  }
  return false
}

/**
 * Returns whether a role has a data action.
 *
 * @example
 * ```ts
 * import { BUILT_IN_ROLES, OPERATION_ACCESS, roleAllows } from '@pocket-hsm/access'
 *
 * BUILT_IN_ROLES.filter((role) => roleAllows(role, OPERATION_ACCESS.sign.action)).length // 1
 * ```
 */
export function roleAllows(role: Role, action: string): boolean {
  const known = allowedBy.get(role)
  if (known !== undefined) return known.has(action.toLowerCase())
  allowedBy.set(role, allowedActions(role))
  return roleAllows(role, action)
}

/** Roles are immutable: what one allows is found out once. In lower case. */
const allowedBy = new WeakMap<Role, ReadonlySet<string>>()

function allowedActions({ permissions }: Role): ReadonlySet<string> {
  return new Set(
    permissions.flatMap(({ dataActions, notDataActions }) => {
      const excluded = new Set(notDataActions.map((action) => action.toLowerCase()))
      return dataActions
        .map((action) => action.toLowerCase())
        .filter((action) => !excluded.has(action))
    }),
  )
}

/**
 * Returns the GUID that the identifier of a role definition ends in, in lower case.
 *
 * @example
 * ```ts
 * import { guidOf } from '@pocket-hsm/access'
 *
 * const guid = '21dbd100-6940-42c2-9190-5d6cb909625b'
 * guidOf(`Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/${guid}`) === guid // true
 * ```
 */
export function guidOf(identifier: string): string {
  return identifier.slice(identifier.lastIndexOf('/') + 1).toLowerCase()
}
