/** Response bodies of role definitions and assignments. */

import type { RoleAssignment, RoleDefinition } from 'pocket-hsm'

type Json = Readonly<Record<string, unknown>>

/** The body of a role definition. */
export function roleDefinitionBody({ id, name, type, ...properties }: RoleDefinition): Json {
  const { roleType, ...rest } = properties
  return { id, name, properties: { ...rest, type: roleType }, type }
}

/** The body of a role assignment. */
export function roleAssignmentBody({ id, name, type, ...properties }: RoleAssignment): Json {
  return { id, name, properties, type }
}
