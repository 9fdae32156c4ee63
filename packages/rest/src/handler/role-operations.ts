/** The role operations: each parses its request, calls the engine and makes the response body. */

import {
  createRoleAssignment,
  deleteRoleAssignment,
  deleteRoleDefinition,
  getRoleAssignment,
  getRoleDefinition,
  listRoleAssignments,
  listRoleDefinitions,
  type RoleAssignment,
  type RoleDefinition,
  setRoleDefinition,
} from 'pocket-hsm'
import { parseRoleAssignment, parseRoleDefinition } from '../requests/parse-role.ts'
import { assignmentFilter, definitionFilter } from '../requests/role-filter.ts'
import { roleAssignmentBody, roleDefinitionBody } from '../responses/role-bodies.ts'
import type { RoleOperationName } from '../routes/role-routes.ts'
import type { Call } from './call.ts'

/** Returns the JSON of the response body. */
type Operation = (call: Call) => unknown

/** The operations. */
export const ROLE_OPERATIONS: Readonly<Record<RoleOperationName, Operation>> = {
  listRoleDefinitions: (call) => {
    const isWanted = definitionFilter(call)
    return listOf(listRoleDefinitions(call.hsm, scopeOf(call)).filter(isWanted), roleDefinitionBody)
  },
  getRoleDefinition: (call) =>
    roleDefinitionBody(getRoleDefinition(call.hsm, idOf(call), scopeOf(call))),
  setRoleDefinition: (call) => {
    const parameters = { ...parseRoleDefinition(call), scope: scopeOf(call) }
    return roleDefinitionBody(setRoleDefinition(call.hsm, idOf(call), parameters))
  },
  deleteRoleDefinition: (call) =>
    roleDefinitionBody(deleteRoleDefinition(call.hsm, idOf(call), scopeOf(call))),
  listRoleAssignments: (call) => {
    const isWanted = assignmentFilter(call, scopeOf(call))
    return listOf(listRoleAssignments(call.hsm, scopeOf(call)).filter(isWanted), roleAssignmentBody)
  },
  getRoleAssignment: (call) =>
    roleAssignmentBody(getRoleAssignment(call.hsm, idOf(call), scopeOf(call))),
  createRoleAssignment: (call) => {
    const parameters = { ...parseRoleAssignment(call), name: idOf(call), scope: scopeOf(call) }
    return roleAssignmentBody(createRoleAssignment(call.hsm, parameters))
  },
  deleteRoleAssignment: (call) =>
    roleAssignmentBody(deleteRoleAssignment(call.hsm, idOf(call), scopeOf(call))),
}

const idOf = ({ segments }: Call): string => segments['id'] ?? ''

/** The scope as it is in the path, decoded: the engine takes it with any number of slashes. */
const scopeOf = ({ segments }: Call): string => segments['scope'] ?? ''

/** A list is one page: an HSM has few of them. */
function listOf<Item extends RoleDefinition | RoleAssignment>(
  items: readonly Item[],
  toBody: (item: Item) => unknown,
): { readonly value: readonly unknown[] } {
  return { value: items.map(toBody) }
}
