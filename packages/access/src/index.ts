/** Who may do what with a Managed HSM: its data actions, its built-in roles, and the decision. */

export { DATA_ACTION_PREFIX, DATA_ACTIONS, type DataAction } from './actions/data-actions.ts'
export {
  type AccessOperation,
  type AccessResource,
  OPERATION_ACCESS,
  type OperationAccess,
} from './actions/operation-access.ts'
export { guidOf, isAllowed, type RoleSource, roleAllows } from './decision/is-allowed.ts'
export { leastBuiltInRole, sortActions } from './decision/least-role.ts'
export { parseScope, scopeCovers, scopesCovering } from './decision/scopes.ts'
export { ADMINISTRATOR_ROLE, BUILT_IN_ROLES } from './roles/built-in-roles.ts'
export type { Assignment, BuiltInRole, Permission, Role } from './roles/role.ts'
