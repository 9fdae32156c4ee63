/** The role assignments of an HSM, found by their GUID and by whom they give rights. */

import { guidOf } from '@pocket-hsm/access'
import type { AdministrationMember } from '../state/administration.ts'
import { emptyMap, getValue, type SortedMap, withoutValue, withValue } from '../state/sorted-map.ts'
import { differences } from '../state/sorted-map-difference.ts'

/** A role assignment. */
export interface RoleAssignment {
  /** `/providers/Microsoft.Authorization/roleAssignments/{name}`, whatever the scope. */
  readonly id: string
  /** A GUID. */
  readonly name: string
  readonly type: 'Microsoft.Authorization/roleAssignments'
  /** `/`, `/keys` or `/keys/{name}`. */
  readonly scope: string
  /** The identifier of the role definition. */
  readonly roleDefinitionId: string
  /** The object id of a user, a group or a service principal. */
  readonly principalId: string
}

/** The assignments, and what is looked up in them. */
export interface Assignments {
  /** By GUID, in lower case. */
  readonly all: SortedMap<RoleAssignment>
  /** The GUIDs of the roles that a principal has at a scope: see {@link grantKey}. */
  readonly grants: SortedMap<readonly string[]>
  /** How many there are at each scope, in lower case. */
  readonly counts: SortedMap<number>
}

const EMPTY: Assignments = { all: emptyMap(), grants: emptyMap(), counts: emptyMap() }

/** The assignments in the state. What is looked up follows from them, and is in no export. */
export const ASSIGNMENTS: AdministrationMember<Assignments> = {
  name: 'roleAssignments',
  initial: EMPTY,
  *changes(before, after) {
    for (const { key, after: item } of differences(before.all, after.all)) {
      yield item === undefined ? { key } : { key, item }
    }
  },
  apply: (assignments, change) => {
    const { key, item } = change as { readonly key: string; readonly item?: RoleAssignment }
    return item === undefined
      ? withoutAssignment(assignments, key)
      : withAssignment(assignments, item)
  },
}

/** Makes an assignment of its parts. */
export function roleAssignment(
  parts: Pick<RoleAssignment, 'name' | 'scope' | 'roleDefinitionId' | 'principalId'>,
): RoleAssignment {
  const { name, scope, roleDefinitionId, principalId } = parts
  return {
    id: `/providers/Microsoft.Authorization/roleAssignments/${name}`,
    name,
    type: 'Microsoft.Authorization/roleAssignments',
    scope,
    roleDefinitionId,
    principalId,
  }
}

/** Under which key the grants of a principal at a scope are; both in lower case. */
export function grantKey(principal: string, scope: string): string {
  return `${scope} ${principal}`
}

/** Returns the assignments with another one, in place of one of the same GUID. */
export function withAssignment(assignments: Assignments, item: RoleAssignment): Assignments {
  const key = item.name.toLowerCase()
  const { all, grants, counts } = withoutAssignment(assignments, key)
  const scope = item.scope.toLowerCase()
  const grant = grantKey(item.principalId.toLowerCase(), scope)
  const roles = [...(getValue(grants, grant) ?? []), guidOf(item.roleDefinitionId)]
  return {
    all: withValue(all, key, item),
    grants: withValue(grants, grant, roles),
    counts: withValue(counts, scope, (getValue(counts, scope) ?? 0) + 1),
  }
}

/** Returns the assignments without that of a GUID. */
export function withoutAssignment(assignments: Assignments, key: string): Assignments {
  const { all, grants, counts } = assignments
  const item = getValue(all, key)
  if (item === undefined) return assignments
  const scope = item.scope.toLowerCase()
  const grant = grantKey(item.principalId.toLowerCase(), scope)
  const roles = getValue(grants, grant) ?? []
  const gone = roles.indexOf(guidOf(item.roleDefinitionId))
  const rest = roles.filter((_, index) => index !== gone)
  const count = (getValue(counts, scope) ?? 1) - 1
  return {
    all: withoutValue(all, key),
    grants: rest.length === 0 ? withoutValue(grants, grant) : withValue(grants, grant, rest),
    counts: count === 0 ? withoutValue(counts, scope) : withValue(counts, scope, count),
  }
}
