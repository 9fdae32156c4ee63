/** What an operation needs: its data action, and the resource that a role assignment must cover. */

import { type AccessOperation, OPERATION_ACCESS } from '@pocket-hsm/access'

/** A data action on a resource. */
export interface RequiredAccess {
  /** For example `Microsoft.KeyVault/managedHsm/keys/sign/action`. */
  readonly action: string
  /** `/`, `/keys` or `/keys/{name}`. */
  readonly scope: string
}

/**
 * Returns what an operation of a Managed HSM needs.
 *
 * @param operation - The name of the function.
 * @param place - For an operation on a key, the name of the key; for a role operation, its scope.
 *
 * @example
 * ```ts
 * import { requiredAccess } from 'pocket-hsm'
 *
 * requiredAccess('sign', 'orders').action // 'Microsoft.KeyVault/managedHsm/keys/sign/action'
 * requiredAccess('sign', 'orders').scope // '/keys/orders'
 * requiredAccess('listKeys').scope // '/keys'
 * ```
 */
export function requiredAccess(operation: AccessOperation, place?: string): RequiredAccess {
  const { action, resource } = OPERATION_ACCESS[operation]
  switch (resource) {
    case 'key':
      return { action, scope: `/keys/${place}` }
    case 'keys':
      return { action, scope: '/keys' }
    case 'scope':
      return { action, scope: place ?? '/' }
    case 'hsm':
      return { action, scope: '/' }
  }
}
