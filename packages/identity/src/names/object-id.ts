/** The object id of whoever has none in the tables. */

import { guidOfName } from './guid.ts'

/** What the object id of the system-assigned managed identity is derived from. */
export const SYSTEM_ASSIGNED = 'system-assigned'

/**
 * Returns the object id (`oid`) that tokens have for an identity without an `objectId` of its own.
 *
 * It depends on nothing else, so you can assign a role to an application before its first token exists.
 *
 * @param id - The client id of an application or managed identity, the resource id of a managed identity, the name of
 *   a user, or `system-assigned`; in either case of letters.
 * @returns A GUID in lower case, the same one always.
 *
 * @example
 * ```ts
 * import { objectIdOf } from '@pocket-hsm/identity'
 *
 * objectIdOf('alice@contoso.com') === objectIdOf('Alice@contoso.com') // true
 * objectIdOf('11111111-1111-4111-8111-111111111111').length // 36
 * ```
 */
export function objectIdOf(id: string): string {
  return guidOfName('object', id)
}
