/** The `$filter` of role lists: the expressions that the API description has. */

import { parseScope, type RoleAssignment, type RoleDefinition } from 'pocket-hsm'
import { badRequest } from '../wire/errors.ts'

interface Filtered {
  /** The query, with names in lower case. */
  readonly query: ReadonlyMap<string, string>
}

const EQUALS = /^\s*(\w+)\s+eq\s+'?([^']*?)'?\s*$/i
const FUNCTION = /^\s*(\w+)\(\)\s*$/

/** Parses the filter of a list of role definitions: `atScopeAndBelow()`, `roleName eq 'Name'` or `type eq 'CustomRole'`. */
export function definitionFilter({ query }: Filtered): (item: RoleDefinition) => boolean {
  const filter = query.get('$filter')
  if (filter === undefined || isCall(filter, 'atScopeAndBelow')) return () => true
  const [name, value] = equality(filter)
  if (name === 'rolename') return ({ roleName }) => roleName.toLowerCase() === value
  if (name === 'type') return ({ roleType }) => roleType.toLowerCase() === value
  throw unknownFilter(filter)
}

/** Parses the filter of a list of role assignments: `atScope()` or `principalId eq {id}`. */
export function assignmentFilter(
  { query }: Filtered,
  scope: string,
): (item: RoleAssignment) => boolean {
  const filter = query.get('$filter')
  if (filter === undefined) return () => true
  if (isCall(filter, 'atScope')) {
    const length = parseScope(scope)?.length ?? 0
    // Every assignment of the list is on one line with the scope: those that are not longer are at it or above it.
    return (item) => item.scope.length <= length
  }
  const [name, value] = equality(filter)
  if (name === 'principalid') return ({ principalId }) => principalId.toLowerCase() === value
  throw unknownFilter(filter)
}

function isCall(filter: string, name: string): boolean {
  return FUNCTION.exec(filter)?.[1]?.toLowerCase() === name.toLowerCase()
}

function equality(filter: string): readonly [string, string] {
  const [, name, value] = EQUALS.exec(filter) ?? []
  return [name?.toLowerCase() ?? '', value?.toLowerCase() ?? '']
}

function unknownFilter(filter: string): Error {
  return badRequest(`The $filter is not supported: ${filter.slice(0, 128)}`)
}
