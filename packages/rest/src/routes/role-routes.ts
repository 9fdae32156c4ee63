/** The routes of local role-based access control. */

import type { Route } from './route.ts'

/** The operations on role definitions and role assignments, by the names of the engine's functions. */
export type RoleOperationName =
  | 'listRoleDefinitions'
  | 'getRoleDefinition'
  | 'setRoleDefinition'
  | 'deleteRoleDefinition'
  | 'listRoleAssignments'
  | 'getRoleAssignment'
  | 'createRoleAssignment'
  | 'deleteRoleAssignment'

const DEFINITIONS = '{scope}/providers/Microsoft.Authorization/roleDefinitions'
const ASSIGNMENTS = '{scope}/providers/Microsoft.Authorization/roleAssignments'

/** A PUT answers 201, also where it replaces: clients take no other status. */
const CREATED = 201

/** The routes; a scope is everything before `providers`, with as many slashes as a client likes. */
export const ROLE_ROUTES: readonly Route<RoleOperationName>[] = [
  {
    method: 'GET',
    path: DEFINITIONS,
    operation: 'listRoleDefinitions',
    body: 'none',
  },
  {
    method: 'GET',
    path: `${DEFINITIONS}/{id}`,
    operation: 'getRoleDefinition',
    body: 'none',
  },
  {
    method: 'PUT',
    path: `${DEFINITIONS}/{id}`,
    operation: 'setRoleDefinition',
    body: 'object',
    status: CREATED,
  },
  {
    method: 'DELETE',
    path: `${DEFINITIONS}/{id}`,
    operation: 'deleteRoleDefinition',
    body: 'none',
  },
  {
    method: 'GET',
    path: ASSIGNMENTS,
    operation: 'listRoleAssignments',
    body: 'none',
  },
  {
    method: 'GET',
    path: `${ASSIGNMENTS}/{id}`,
    operation: 'getRoleAssignment',
    body: 'none',
  },
  {
    method: 'PUT',
    path: `${ASSIGNMENTS}/{id}`,
    operation: 'createRoleAssignment',
    body: 'object',
    status: CREATED,
  },
  {
    method: 'DELETE',
    path: `${ASSIGNMENTS}/{id}`,
    operation: 'deleteRoleAssignment',
    body: 'none',
  },
]
