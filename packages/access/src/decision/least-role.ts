/** The least that suffices: which built-in role has some data actions, and as few others as possible. */

import { DATA_ACTIONS } from '../actions/data-actions.ts'
import { BUILT_IN_ROLES } from '../roles/built-in-roles.ts'
import type { BuiltInRole } from '../roles/role.ts'
import { roleAllows } from './is-allowed.ts'

/**
 * Returns the built-in role that allows all of some data actions and the fewest others.
 *
 * @returns The first in the service's order of those with the fewest; `undefined` if no built-in role allows them all.
 *
 * @example
 * ```ts
 * import { leastBuiltInRole, OPERATION_ACCESS } from '@pocket-hsm/access'
 *
 * const { wrapKey, sign, purgeDeletedKey } = OPERATION_ACCESS
 * leastBuiltInRole([wrapKey.action])?.roleName // 'Managed HSM Crypto Service Encryption User'
 * leastBuiltInRole([sign.action])?.roleName // 'Managed HSM Crypto User'
 * leastBuiltInRole([sign.action, purgeDeletedKey.action]) // undefined
 * ```
 */
export function leastBuiltInRole(actions: readonly string[]): BuiltInRole | undefined {
  let least: BuiltInRole | undefined
  for (const role of BUILT_IN_ROLES) {
    if (!actions.every((action) => roleAllows(role, action))) continue
    if (least === undefined || sizeOf(role) < sizeOf(least)) least = role
  }
  return least
}

const sizeOf = ({ permissions }: BuiltInRole): number =>
  permissions.reduce((total, { dataActions }) => total + dataActions.length, 0)

/**
 * Returns data actions once each, in the order of {@link DATA_ACTIONS}; unknown ones come last, as they were given.
 *
 * @example
 * ```ts
 * import { DATA_ACTIONS, sortActions } from '@pocket-hsm/access'
 *
 * const [read, write] = DATA_ACTIONS as readonly string[]
 * sortActions([write, read, write].flatMap((action) => action ?? [])).length // 2
 * ```
 */
export function sortActions(actions: Iterable<string>): readonly string[] {
  const place = (action: string) => {
    const index = (DATA_ACTIONS as readonly string[]).indexOf(action)
    return index < 0 ? DATA_ACTIONS.length : index
  }
  return [...new Set(actions)].sort((a, b) => place(a) - place(b))
}
