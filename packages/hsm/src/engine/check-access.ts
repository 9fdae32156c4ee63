/** The check of every call: whether its caller has the data action of the operation on the resource. */

import { OPERATION_ACCESS } from '@pocket-hsm/access'
import type { HsmOperation } from '../audit/audit-entry.ts'
import { ACCESS_CONTROL, mayAccess } from '../roles/access-control.ts'
import { requiredAccess } from '../roles/required-access.ts'
import { serviceError } from '../service/error-texts.ts'
import { readMember } from '../state/administration.ts'
import type { Engine } from './hsm.ts'

/** A call, as far as its access goes. */
export interface AccessCall {
  readonly engine: Engine
  readonly operation: HsmOperation
  /** The scope of a role operation. */
  scope: string | undefined
  /** Whether the caller may make it: it was checked, or needs no check. */
  isAllowed: boolean
}

/** Whether calls through this handle are checked: it has a caller, and access control is on. */
export function isChecked({ principals, state }: Engine): boolean {
  return principals !== undefined && readMember(state, ACCESS_CONTROL)
}

/** Checks a call that is about no single key, before it does anything. */
export function checkCall(call: AccessCall): void {
  const { resource } = OPERATION_ACCESS[call.operation]
  if (resource === 'keys' || resource === 'hsm') checkAccess(call, undefined)
}

/** Checks a call that is about one key, as soon as its name is known. */
export function checkKeyAccess(call: AccessCall, name: string): void {
  if (OPERATION_ACCESS[call.operation].resource === 'key') checkAccess(call, name)
}

/** Checks a call that is about a scope. */
export function checkScopeAccess(call: AccessCall, scope: string): void {
  call.scope = scope
  checkAccess(call, scope)
}

/** Throws if a call has not been checked: nothing of the state is read before. */
export function needCheck({ isAllowed, operation, engine }: AccessCall): void {
  if (!isAllowed && isChecked(engine)) {
    throw new Error(`The access of ${operation} was not checked.`)
  }
}

function checkAccess(call: AccessCall, place: string | undefined): void {
  const { engine, operation } = call
  const { principals, profile, state } = engine
  if (principals !== undefined && isChecked(engine)) {
    const { action, scope } = requiredAccess(operation, place)
    if (!mayAccess(state, principals.all, action, scope)) {
      throw serviceError('notAuthorized', profile.family, { action, scope })
    }
  }
  call.isAllowed = true
}
