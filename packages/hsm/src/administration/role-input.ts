/** What role operations are given, checked: scopes, GUIDs, permissions. */

import {
  BUILT_IN_ROLES,
  DATA_ACTIONS,
  guidOf,
  type Permission,
  parseScope,
} from '@pocket-hsm/access'
import type { Call } from '../engine/audit-context.ts'
import { checkScopeAccess } from '../engine/check-access.ts'
import type { Engine } from '../engine/hsm.ts'
import { badParameter, printable } from '../hsm-error.ts'
import { type ErrorFacts, type RefusalRule, serviceError } from '../service/error-texts.ts'
import { copyOfText } from '../state/text-copy.ts'

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** Throws for a service without local RBAC, and reads the scope; then the caller's right at that scope is checked. */
export function readScope(call: Call, scope: string): string {
  if (call.engine.profile.family !== 'managed-hsm') {
    throw badParameter('Only a Managed HSM has local role-based access control.')
  }
  const parsed = typeof scope === 'string' ? parseScope(scope) : undefined
  if (parsed === undefined) {
    throw badParameter(
      `The scope must be /, /keys or /keys/{name}, not ${printable(scope).slice(0, 160)}.`,
    )
  }
  const copy = copyOfText(parsed)
  checkScopeAccess(call, copy)
  return copy
}

/** Role definitions exist at `/` only. */
export function needHsmScope(scope: string): void {
  if (scope === '/') return
  throw badParameter(`Role definitions can be changed at the scope / only, not at ${scope}.`)
}

/** Reads the GUID that a definition or an assignment is to have. */
export function readGuid(what: 'definition' | 'assignment', name: string, engine: Engine): string {
  if (typeof name === 'string' && GUID.test(name)) return copyOfText(name)
  throw refuse(engine, 'roleNameNotGuid', { what })
}

/** The key under which the state has something of this name; a name that is no GUID is that of nothing. */
export function stateKeyOf(name: string): string {
  return printable(name).toLowerCase()
}

/** Makes the error of a rule. */
export function refuse({ profile }: Engine, rule: RefusalRule, facts: ErrorFacts = {}): Error {
  return serviceError(rule, profile.family, facts)
}

/** Throws for the GUID, or the name, of a built-in role. */
export function needCustomRole(engine: Engine, guid: string, roleName: string | undefined): void {
  const name = roleName?.toLowerCase()
  const isTaken = BUILT_IN_ROLES.some(
    (role) => role.name === guidOf(guid) || role.roleName.toLowerCase() === name,
  )
  if (isTaken) throw refuse(engine, 'roleIsBuiltIn')
}

/** A permission as a caller gives it; what is absent is empty. */
export type PermissionInput = {
  readonly [Name in keyof Permission]?: readonly string[] | undefined
}

/** The most texts in the permissions of one role, and characters of each. */
const MOST_ACTIONS = 500
const LONGEST_ACTION = 256

const KNOWN_ACTIONS: ReadonlySet<string> = new Set(DATA_ACTIONS.map((each) => each.toLowerCase()))

/** Completes permissions: what is absent is empty. A strict HSM takes only data actions that exist. */
export function parsePermissions(
  permissions: readonly PermissionInput[],
  strict: boolean,
): readonly Permission[] {
  let count = 0
  const parsed = permissions.map((permission) => ({
    actions: texts(permission, 'actions'),
    notActions: texts(permission, 'notActions'),
    dataActions: dataActions(permission, 'dataActions'),
    notDataActions: dataActions(permission, 'notDataActions'),
  }))
  if (count + parsed.length <= MOST_ACTIONS) return parsed
  throw badParameter(`A role has at most ${MOST_ACTIONS} actions and permissions.`)

  function texts(permission: PermissionInput, name: keyof Permission): readonly string[] {
    const list = permission[name] ?? []
    count += list.length
    return list.map((each) => {
      if (each.length <= LONGEST_ACTION) return copyOfText(each)
      throw badParameter(`An action of ${name} has more than ${LONGEST_ACTION} characters.`)
    })
  }

  function dataActions(
    permission: PermissionInput,
    name: 'dataActions' | 'notDataActions',
  ): readonly string[] {
    const list = texts(permission, name)
    const unknown = strict ? list.find((each) => !KNOWN_ACTIONS.has(each.toLowerCase())) : undefined
    if (unknown === undefined) return list
    throw badParameter(`Unknown data action in ${name}: ${unknown}`)
  }
}
