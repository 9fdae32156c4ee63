/** Create role assignment: PUT {scope}/providers/Microsoft.Authorization/roleAssignments/{name}. */

import { guidOf } from '@pocket-hsm/access'
import type { Engine, Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { badParameter } from '../hsm-error.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'
import { newGuid } from '../random/guid.ts'
import { pooledRandom } from '../random/random-pool.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { checkPrincipal } from '../roles/principals.ts'
import {
  ASSIGNMENTS,
  type Assignments,
  grantKey,
  type RoleAssignment,
  roleAssignment,
  withAssignment,
} from '../roles/role-assignments.ts'
import { CUSTOM_ROLES, findDefinition } from '../roles/role-definitions.ts'
import { readMember, withMember } from '../state/administration.ts'
import { getValue } from '../state/sorted-map.ts'
import { readGuid, readScope, refuse, stateKeyOf } from './role-input.ts'

/** Which role to give to whom, and where. */
export interface RoleAssignmentParameters {
  /** The object id of a user, a group or a service principal; a directory is not asked. */
  readonly principalId: string
  /** The identifier of a role definition, or its GUID. */
  readonly roleDefinitionId: string
  /** `/`, `/keys` or `/keys/{name}`; the key need not exist. Defaults to `/`. */
  readonly scope?: string | undefined
  /** The GUID of the assignment. Defaults to a new one. */
  readonly name?: string | undefined
}

/** The documentation's limits; for `/keys` it has none, and for all of them together the service has its limit of keys. */
const MOST_AT_A_KEY = 10
const MOST_ABOVE_KEYS = 50
const MOST = 50_100

/**
 * Assigns a role to a principal at a scope: for the key itself, for all keys or for the whole HSM. Effective at once. All
 * or nothing.
 *
 * @param parameters - See {@link RoleAssignmentParameters}.
 * @returns The assignment. If it exists already, with the same GUID and content, it is returned as it is.
 * @throws {@link HsmError} 400 `BadParameter` - no scope, a name that is no GUID, no object id, or more than 50 assignments
 *   at `/` or `/keys`, 10 at a key, 50,100 in all.
 * @throws {@link HsmError} 404 `RoleDefinitionNotFound` - no such role.
 * @throws {@link HsmError} 409 `RoleAssignmentExists` - the principal has the role at the scope under another GUID, or the
 *   GUID is that of another assignment.
 * @see Key Vault REST API, Role Assignments - Create
 *
 * @example
 * ```ts
 * import { createHsm, createRoleAssignment } from 'pocket-hsm'
 *
 * const { id } = createRoleAssignment(createHsm(), {
 *   principalId: '64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a',
 *   roleDefinitionId: '21dbd100-6940-42c2-9190-5d6cb909625b',
 *   scope: '/keys/orders',
 * })
 * id.startsWith('/providers/Microsoft.Authorization/roleAssignments/') // true
 * ```
 */
export function createRoleAssignment(
  hsm: Hsm,
  parameters: RoleAssignmentParameters,
): RoleAssignment {
  return runOperation(hsm, 'createRoleAssignment', (call) => {
    const { engine } = call
    const scope = readScope(call, parameters?.scope ?? '/')
    checkOptions('createRoleAssignment', parameters, OPTIONS)
    const { state } = engine
    const asked = required('principalId', parameters.principalId)
    const principalId = checkPrincipal('principalId', asked)
    const role = findDefinition(
      readMember(state, CUSTOM_ROLES),
      required('roleDefinitionId', parameters.roleDefinitionId),
    )
    const parts = { scope, principalId, roleDefinitionId: role?.id ?? '' }
    const name = readGuid('assignment', parameters.name ?? newName(engine, parts), engine)
    if (role === undefined) throw refuse(engine, 'roleDefinitionNotFound')
    const item = roleAssignment({ name, ...parts })
    const assignments = readMember(state, ASSIGNMENTS)
    const same = getValue(assignments.all, stateKeyOf(name))
    if (same !== undefined && isSame(same, item)) return { ...same }
    if (same !== undefined || hasGrant(assignments, item)) {
      throw refuse(engine, 'roleAssignmentExists')
    }
    checkLimits(assignments, scope)
    engine.state = withMember(state, ASSIGNMENTS, withAssignment(assignments, item))
    return { ...item }
  })
}

const required = (name: string, value: string): string =>
  requireOption('createRoleAssignment', name, value)

/** Under a seed the name follows from what is assigned: it draws nothing. */
function newName(
  { seed }: Engine,
  { scope, principalId, roleDefinitionId }: Omit<RoleAssignmentParameters, 'name'>,
): string {
  if (seed === undefined) return newGuid(pooledRandom)
  const labels = [scope ?? '/', principalId, roleDefinitionId].map((each) => each.toLowerCase())
  return newGuid(seededStream(seed, 'role assignment', ...labels))
}

function isSame(a: RoleAssignment, b: RoleAssignment): boolean {
  const names = ['scope', 'principalId', 'roleDefinitionId'] as const
  return names.every((name) => a[name].toLowerCase() === b[name].toLowerCase())
}

function hasGrant({ grants }: Assignments, item: RoleAssignment): boolean {
  const key = grantKey(item.principalId.toLowerCase(), item.scope.toLowerCase())
  return getValue(grants, key)?.includes(guidOf(item.roleDefinitionId)) ?? false
}

function checkLimits({ all, counts }: Assignments, scope: string): void {
  const limit = scope === '/' || scope === '/keys' ? MOST_ABOVE_KEYS : MOST_AT_A_KEY
  if ((getValue(counts, scope.toLowerCase()) ?? 0) >= limit) {
    throw badParameter(`The limit of ${limit} role assignments at ${scope} has been reached.`)
  }
  if (all.size >= MOST) {
    throw badParameter(`The limit of ${MOST} role assignments has been reached.`)
  }
}

const { string } = OPTION_CHECKS
const OPTIONS = optionTable<RoleAssignmentParameters>({
  principalId: string,
  roleDefinitionId: string,
  scope: string,
  name: string,
})
