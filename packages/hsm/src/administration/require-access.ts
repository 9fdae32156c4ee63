/** Asking for the access of a call before the call is made. */

import { type AccessResource, OPERATION_ACCESS, parseScope } from '@pocket-hsm/access'
import type { HsmOperation } from '../audit/audit-entry.ts'
import { readNewName } from '../engine/audit-context.ts'
import { checkScopeAccess, isChecked } from '../engine/check-access.ts'
import { engineOf, type Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { isKeyName } from '../keys/key-reference.ts'
import { mayAccess } from '../roles/access-control.ts'
import { requiredAccess } from '../roles/required-access.ts'

/**
 * Throws if the caller of a handle may not make a call, as the call itself would; for a layer that reads the parameters of
 * a call only if the caller may make it.
 *
 * An error is in the audit trail as the call's. Otherwise nothing happens, and nothing is recorded.
 *
 * @param operation - The name of the function.
 * @param place - The name of the key, or the scope of a role operation. One that is not valid is not checked here: the call
 *   refuses it.
 * @throws {@link HsmError} 403 `AccessDenied` - access control is on, and none of the caller's roles has the data action.
 *
 * @example
 * ```ts
 * import { createHsm, requireAccess, viewHsm } from 'pocket-hsm'
 *
 * const administrator = '64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a'
 * const hsm = createHsm({ accessControl: { administrators: [administrator] } })
 * requireAccess(viewHsm(hsm, { principals: [administrator] }), 'listRoleAssignments', '/')
 * ```
 */
export function requireAccess(hsm: Hsm, operation: HsmOperation, place?: string): void {
  const engine = engineOf(hsm)
  const { principals, state } = engine
  if (principals === undefined || !isChecked(engine)) return
  const parsed = PARSE_PLACE[OPERATION_ACCESS[operation].resource](place ?? '')
  if (parsed === undefined) return
  const { action, scope } = requiredAccess(operation, parsed)
  if (mayAccess(state, principals.all, action, scope)) return
  runOperation(hsm, operation, (call) => {
    // A call about all keys or the whole HSM has been refused already.
    if (OPERATION_ACCESS[operation].resource === 'key') readNewName(call, parsed)
    else checkScopeAccess(call, parsed)
  })
}

/** Reads the place of each resource; `undefined` if it is not valid. */
const PARSE_PLACE: Readonly<Record<AccessResource, (place: string) => string | undefined>> = {
  key: (name) => (isKeyName(name) ? name : undefined),
  scope: parseScope,
  keys: () => '/keys',
  hsm: () => '/',
}
