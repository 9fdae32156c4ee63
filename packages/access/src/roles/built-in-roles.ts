/** The built-in roles, as the service returns them. */

import { type DataActionSuffix, dataAction } from '../actions/data-actions.ts'
import type { BuiltInRole } from './role.ts'

const role = (
  roleName: string,
  name: string,
  suffixes: readonly DataActionSuffix[],
): BuiltInRole => ({
  name,
  roleName: `Managed HSM ${roleName}`,
  permissions: [
    {
      actions: [],
      notActions: [],
      dataActions: suffixes.map((suffix) => dataAction(suffix)),
      notDataActions: [],
    },
  ],
})

/**
 * The built-in roles of a Managed HSM, in the order in which the service lists them; names, GUIDs and data actions as
 * served, data actions in the served order.
 *
 * @see Azure Key Vault, Managed HSM local RBAC built-in roles
 *
 * @example
 * ```ts
 * import { BUILT_IN_ROLES } from '@pocket-hsm/access'
 *
 * BUILT_IN_ROLES.length // 9
 * BUILT_IN_ROLES.find(({ roleName }) => roleName === 'Managed HSM Crypto User')?.name // '21dbd100-6940-42c2-9190-5d6cb909625b'
 * ```
 */
export const BUILT_IN_ROLES: readonly BuiltInRole[] = [
  role('Restore User', '6efe6056-5259-49d2-8b3d-d3d73544b20b', [
    'restore/start/action',
    'restore/status/action',
    'keys/restore/action',
  ]),
  role('Backup User', '7b127d3c-77bd-4e3e-bbe0-dbb8971fa7f8', [
    'backup/start/action',
    'backup/status/action',
    'keys/backup/action',
  ]),
  role('Crypto Service Encryption User', '33413926-3206-4cdd-b39a-83574fe37a17', [
    'keys/read/action',
    'keys/wrap/action',
    'keys/unwrap/action',
  ]),
  role('Crypto Service Release User', '21dbd100-6940-42c2-9190-5d6cb909625c', [
    'keys/release/action',
  ]),
  role('Crypto Auditor', '2c18b078-7c48-4d3a-af88-5a3a1b3f82b3', [
    'roleAssignments/read/action',
    'roleDefinitions/read/action',
    'keys/read/action',
    'keys/deletedKeys/read/action',
  ]),
  role('Policy Administrator', '4bd23610-cdcf-4971-bdee-bdc562cc28e4', [
    'roleDefinitions/read/action',
    'roleDefinitions/write/action',
    'roleDefinitions/delete/action',
    'roleAssignments/read/action',
    'roleAssignments/write/action',
    'roleAssignments/delete/action',
  ]),
  role('Crypto User', '21dbd100-6940-42c2-9190-5d6cb909625b', [
    'roleDefinitions/read/action',
    'roleAssignments/read/action',
    'keys/read/action',
    'keys/write/action',
    'keys/delete',
    'keys/create',
    'keys/rotate/action',
    'keys/import/action',
    'keys/release/action',
    'keys/backup/action',
    'keys/restore/action',
    'keys/encrypt/action',
    'keys/decrypt/action',
    'keys/wrap/action',
    'keys/unwrap/action',
    'keys/sign/action',
    'keys/verify/action',
    'keys/derive/action',
    'rng/action',
  ]),
  role('Crypto Officer', '515eb02d-2335-4d2d-92f2-b1cbdf9c3778', [
    'roleAssignments/delete/action',
    'roleAssignments/read/action',
    'roleAssignments/write/action',
    'roleDefinitions/read/action',
    'roleDefinitions/write/action',
    'roleDefinitions/delete/action',
    'keys/deletedKeys/read/action',
    'keys/deletedKeys/delete',
    'keys/deletedKeys/recover/action',
    'keys/export/action',
  ]),
  role('Administrator', 'a290e904-7015-4bba-90c8-60543313cdb4', [
    'roleAssignments/delete/action',
    'roleAssignments/read/action',
    'roleAssignments/write/action',
    'roleDefinitions/read/action',
    'roleDefinitions/write/action',
    'roleDefinitions/delete/action',
    'securitydomain/download/action',
    'securitydomain/download/read',
    'securitydomain/upload/action',
    'securitydomain/upload/read',
    'securitydomain/transferkey/read',
    'backup/start/action',
    'restore/start/action',
    'backup/status/action',
    'restore/status/action',
    'settings/read/action',
    'settings/write/action',
  ]),
]

/**
 * The GUID of the role that can administrate a Managed HSM, but not use its keys.
 *
 * @example
 * ```ts
 * import { ADMINISTRATOR_ROLE, BUILT_IN_ROLES } from '@pocket-hsm/access'
 *
 * BUILT_IN_ROLES.find(({ name }) => name === ADMINISTRATOR_ROLE)?.roleName // 'Managed HSM Administrator'
 * ```
 */
export const ADMINISTRATOR_ROLE = 'a290e904-7015-4bba-90c8-60543313cdb4'
