/** Finding a role assignment from a scope. */

import { scopeCovers } from '@pocket-hsm/access'
import type { Engine } from '../engine/hsm.ts'
import { ASSIGNMENTS, type RoleAssignment } from '../roles/role-assignments.ts'
import { readMember } from '../state/administration.ts'
import { getValue } from '../state/sorted-map.ts'
import { refuse, stateKeyOf } from './role-input.ts'

/**
 * Finds an assignment at a scope or below it; throws a 404 for any other: a caller with rights at the scope of one key
 * must not reach what is assigned above it.
 */
export function findAssignment(engine: Engine, name: string, scope: string): RoleAssignment {
  const item = getValue(readMember(engine.state, ASSIGNMENTS).all, stateKeyOf(name))
  if (item !== undefined && scopeCovers(scope, item.scope)) return item
  throw refuse(engine, 'roleAssignmentNotFound')
}
