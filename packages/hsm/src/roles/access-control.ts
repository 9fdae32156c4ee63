/** Whether the calls of an HSM are checked, and whether a caller may do something. */

import { ADMINISTRATOR_ROLE, roleAllows, scopesCovering } from '@pocket-hsm/access'
import { bytesToHex, digest, utf8ToBytes } from '@pocket-hsm/crypto'
import {
  type Administration,
  type AdministrationMember,
  administrationMember,
  type HasAdministration,
  readMember,
  withMember,
} from '../state/administration.ts'
import { getValue } from '../state/sorted-map.ts'
import { ASSIGNMENTS, grantKey, roleAssignment, withAssignment } from './role-assignments.ts'
import { BUILT_IN_DEFINITIONS, CUSTOM_ROLES, findDefinition } from './role-definitions.ts'

/** Whether access control is on. */
export const ACCESS_CONTROL: AdministrationMember<boolean> = administrationMember<boolean>({
  name: 'accessControl',
  staysWithHsm: true,
  initial: false,
  serialize: (isOn) => isOn,
  parse: (isOn) => isOn,
})

/**
 * Returns whether a caller has a data action on a resource. What was decided once is looked up until something of the
 * administration changes; otherwise it costs the look-ups of the caller's principals, however many assignments there are.
 *
 * @param principals - In lower case.
 */
export function mayAccess(
  state: HasAdministration,
  principals: readonly string[],
  action: string,
  scope: string,
): boolean {
  const byScope = decisionsOf(state, principals, action)
  const known = byScope.get(scope)
  if (known !== undefined) return known
  const decided = decide(state, principals, action, scope)
  // Callers choose the names of keys: no more of them are kept.
  if (byScope.size >= MOST_DECISIONS) byScope.clear()
  byScope.set(scope, decided)
  return decided
}

/** The decisions by scope. */
type Decisions = Map<string, boolean>

/** Of each data action, for one caller. There are few data actions. */
type CallerDecisions = Map<string, Decisions>

/** The administration is one immutable value: what was decided about it stays right, and goes with it. */
const decisions = new WeakMap<Administration, WeakMap<readonly string[], CallerDecisions>>()
const MOST_DECISIONS = 256

function decisionsOf(
  { administration }: HasAdministration,
  principals: readonly string[],
  action: string,
): Decisions {
  const byCaller = getOrMake(decisions, administration, () => new WeakMap())
  const byAction = getOrMake(byCaller, principals, () => new Map())
  return getOrMake(byAction, action, () => new Map())
}

interface Cache<Key, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): unknown
}

function getOrMake<Key, Value>(cache: Cache<Key, Value>, key: Key, make: () => Value): Value {
  const found = cache.get(key)
  if (found !== undefined) return found
  const made = make()
  cache.set(key, made)
  return made
}

function decide(
  state: HasAdministration,
  principals: readonly string[],
  action: string,
  scope: string,
): boolean {
  const { grants } = readMember(state, ASSIGNMENTS)
  const custom = readMember(state, CUSTOM_ROLES)
  const scopes = scopesCovering(scope.toLowerCase())
  return principals.some((principal) =>
    scopes.some((each) =>
      getValue(grants, grantKey(principal, each))?.some((guid) => {
        const role = findDefinition(custom, guid)
        return role !== undefined && roleAllows(role, action)
      }),
    ),
  )
}

/** Returns the state with access control on, and the Administrator role at `/` for each administrator. */
export function withAccessControl<State extends HasAdministration>(
  state: State,
  administrators: readonly string[],
): State {
  const roleDefinitionId = BUILT_IN_DEFINITIONS.get(ADMINISTRATOR_ROLE)?.id as string
  let assignments = readMember(state, ASSIGNMENTS)
  for (const principalId of administrators) {
    const name = guidFrom(principalId.toLowerCase())
    const item = roleAssignment({ name, scope: '/', roleDefinitionId, principalId })
    assignments = withAssignment(assignments, item)
  }
  return withMember(withMember(state, ASSIGNMENTS, assignments), ACCESS_CONTROL, true)
}

/** The GUID of a first assignment: the same for the same administrator, as nothing is random about it. */
function guidFrom(principal: string): string {
  const hex = bytesToHex(digest('SHA-256', utf8ToBytes(`administrator ${principal}`)))
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}
