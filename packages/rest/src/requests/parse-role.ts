/** The bodies of role requests. */

import type { RoleAssignmentParameters, RoleDefinitionParameters } from 'pocket-hsm'
import { list, object, type Reader, required, text, texts } from '../wire/members.ts'
import type { Body } from './parse-request.ts'

/** The service decides the type of a role by its GUID, whatever a body says. */
const ignored: Reader<unknown> = (value) => value

const permission = object({
  actions: texts,
  notActions: texts,
  dataActions: texts,
  notDataActions: texts,
})

const roleDefinition = object({
  properties: object({
    roleName: text,
    description: text,
    type: ignored,
    permissions: list(permission),
    assignableScopes: texts,
  }),
})

const roleAssignment = object({
  properties: object({ roleDefinitionId: text, principalId: text }),
})

/** Parses the body of PUT …/roleDefinitions/{name}. */
export function parseRoleDefinition({ json, strict }: Body): RoleDefinitionParameters {
  const { properties } = roleDefinition(json, 'body', strict)
  const { type: _, ...parameters } = required(properties, 'properties')
  return parameters
}

/** Parses the body of PUT …/roleAssignments/{name}. */
export function parseRoleAssignment({
  json,
  strict,
}: Body): Pick<RoleAssignmentParameters, 'roleDefinitionId' | 'principalId'> {
  const { properties } = roleAssignment(json, 'body', strict)
  const { roleDefinitionId, principalId } = required(properties, 'properties')
  return {
    roleDefinitionId: required(roleDefinitionId, 'roleDefinitionId'),
    principalId: required(principalId, 'principalId'),
  }
}
