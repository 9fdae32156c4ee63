/** The custom roles of an HSM, and the role definitions as they are returned. */

import { BUILT_IN_ROLES, guidOf, type Permission, type Role } from '@pocket-hsm/access'
import {
  type AdministrationMember,
  type HasAdministration,
  mapMember,
  readMember,
} from '../state/administration.ts'
import { entriesAfter, getValue, type SortedMap } from '../state/sorted-map.ts'

/** A role definition. */
export interface RoleDefinition extends Role {
  /** `Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/{name}`. */
  readonly id: string
  /** A GUID. */
  readonly name: string
  readonly type: 'Microsoft.Authorization/roleDefinitions'
  readonly roleName: string
  readonly description: string
  readonly roleType: 'AKVBuiltInRole' | 'CustomRole'
  /** Always `/` alone: a Managed HSM supports no other. */
  readonly assignableScopes: readonly string[]
  readonly permissions: readonly Permission[]
}

const ID_PREFIX = 'Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/'

/** The custom roles, by their GUID in lower case. */
export const CUSTOM_ROLES: AdministrationMember<SortedMap<RoleDefinition>> =
  mapMember<RoleDefinition>({
    name: 'roleDefinitions',
    serialize: (definition) => definition,
    parse: (json) => json,
  })

/** Makes a definition of its parts. */
export function roleDefinition(
  parts: Pick<RoleDefinition, 'name' | 'roleName' | 'description' | 'roleType' | 'permissions'>,
): RoleDefinition {
  const { name, roleName, description, roleType, permissions } = parts
  return {
    id: `${ID_PREFIX}${name}`,
    name,
    type: 'Microsoft.Authorization/roleDefinitions',
    roleName,
    description,
    roleType,
    assignableScopes: ['/'],
    permissions,
  }
}

/** The built-in roles by their GUID, in the order in which they are listed. */
export const BUILT_IN_DEFINITIONS: ReadonlyMap<string, RoleDefinition> = new Map(
  BUILT_IN_ROLES.map(({ name, roleName, permissions }) => [
    name,
    roleDefinition({ name, roleName, description: '', roleType: 'AKVBuiltInRole', permissions }),
  ]),
)

/** Finds the definition of a GUID, or of the identifier of a definition. */
export function findDefinition(
  custom: SortedMap<RoleDefinition>,
  identifier: string,
): RoleDefinition | undefined {
  const guid = guidOf(identifier)
  return BUILT_IN_DEFINITIONS.get(guid) ?? getValue(custom, guid)
}

/** Every definition: the built-in ones in the service's order, then the custom ones by their GUID. */
export function allDefinitions(state: HasAdministration): readonly RoleDefinition[] {
  const custom = [...entriesAfter(readMember(state, CUSTOM_ROLES))].map(([, each]) => each)
  return [...BUILT_IN_DEFINITIONS.values(), ...custom]
}

/** A copy that a caller may change without effect. */
export function copyDefinition(definition: RoleDefinition): RoleDefinition {
  const { assignableScopes, permissions } = definition
  return {
    ...definition,
    assignableScopes: [...assignableScopes],
    permissions: permissions.map(({ actions, notActions, dataActions, notDataActions }) => ({
      actions: [...actions],
      notActions: [...notActions],
      dataActions: [...dataActions],
      notDataActions: [...notDataActions],
    })),
  }
}
