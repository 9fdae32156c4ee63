/** The built-in roles, against the table of the reference, written out a second time. */

import { describe, expect, it } from 'vitest'
import { ADMINISTRATOR_ROLE, BUILT_IN_ROLES, DATA_ACTIONS, roleAllows } from '../../src/index.ts'

/** As recorded from the service: name, GUID, data actions without their prefix, in the served order. */
const RECORDED: readonly (readonly [string, string, string])[] = [
  [
    'Managed HSM Restore User',
    '6efe6056-5259-49d2-8b3d-d3d73544b20b',
    'restore/start/action, restore/status/action, keys/restore/action',
  ],
  [
    'Managed HSM Backup User',
    '7b127d3c-77bd-4e3e-bbe0-dbb8971fa7f8',
    'backup/start/action, backup/status/action, keys/backup/action',
  ],
  [
    'Managed HSM Crypto Service Encryption User',
    '33413926-3206-4cdd-b39a-83574fe37a17',
    'keys/read/action, keys/wrap/action, keys/unwrap/action',
  ],
  [
    'Managed HSM Crypto Service Release User',
    '21dbd100-6940-42c2-9190-5d6cb909625c',
    'keys/release/action',
  ],
  [
    'Managed HSM Crypto Auditor',
    '2c18b078-7c48-4d3a-af88-5a3a1b3f82b3',
    'roleAssignments/read/action, roleDefinitions/read/action, keys/read/action, keys/deletedKeys/read/action',
  ],
  [
    'Managed HSM Policy Administrator',
    '4bd23610-cdcf-4971-bdee-bdc562cc28e4',
    'roleDefinitions/read/action, roleDefinitions/write/action, roleDefinitions/delete/action, roleAssignments/read/action, roleAssignments/write/action, roleAssignments/delete/action',
  ],
  [
    'Managed HSM Crypto User',
    '21dbd100-6940-42c2-9190-5d6cb909625b',
    'roleDefinitions/read/action, roleAssignments/read/action, keys/read/action, keys/write/action, keys/delete, keys/create, keys/rotate/action, keys/import/action, keys/release/action, keys/backup/action, keys/restore/action, keys/encrypt/action, keys/decrypt/action, keys/wrap/action, keys/unwrap/action, keys/sign/action, keys/verify/action, keys/derive/action, rng/action',
  ],
  [
    'Managed HSM Crypto Officer',
    '515eb02d-2335-4d2d-92f2-b1cbdf9c3778',
    'roleAssignments/delete/action, roleAssignments/read/action, roleAssignments/write/action, roleDefinitions/read/action, roleDefinitions/write/action, roleDefinitions/delete/action, keys/deletedKeys/read/action, keys/deletedKeys/delete, keys/deletedKeys/recover/action, keys/export/action',
  ],
  [
    'Managed HSM Administrator',
    'a290e904-7015-4bba-90c8-60543313cdb4',
    'roleAssignments/delete/action, roleAssignments/read/action, roleAssignments/write/action, roleDefinitions/read/action, roleDefinitions/write/action, roleDefinitions/delete/action, securitydomain/download/action, securitydomain/download/read, securitydomain/upload/action, securitydomain/upload/read, securitydomain/transferkey/read, backup/start/action, restore/start/action, backup/status/action, restore/status/action, settings/read/action, settings/write/action',
  ],
]

const PREFIX = 'Microsoft.KeyVault/managedHsm/'

describe('the built-in roles', () => {
  it('are the nine of the service, in its order, with its data actions in its order', () => {
    const roles = BUILT_IN_ROLES.map(({ roleName, name, permissions }) => [
      roleName,
      name,
      permissions.map(({ dataActions }) => dataActions.map((each) => each.slice(PREFIX.length))),
    ])
    expect(roles).toEqual(
      RECORDED.map(([roleName, guid, actions]) => [roleName, guid, [actions.split(', ')]]),
    )
  })

  it('have one permission with data actions of the one prefix, and nothing else', () => {
    for (const { permissions } of BUILT_IN_ROLES) {
      expect(permissions).toHaveLength(1)
      expect(permissions[0]).toMatchObject({ actions: [], notActions: [], notDataActions: [] })
      expect(permissions[0]?.dataActions.every((each) => each.startsWith(PREFIX))).toBe(true)
    }
  })

  it('have only data actions that are known', () => {
    const used = BUILT_IN_ROLES.flatMap(({ permissions }) => permissions[0]?.dataActions ?? [])
    expect(used.filter((each) => !(DATA_ACTIONS as readonly string[]).includes(each))).toEqual([])
  })

  it('name the Administrator, who can use no key', () => {
    const administrator = BUILT_IN_ROLES.find(({ name }) => name === ADMINISTRATOR_ROLE)
    expect(administrator?.roleName).toBe('Managed HSM Administrator')
    const ofKeys = DATA_ACTIONS.filter((each) => each.includes('/keys/'))
    expect(ofKeys).toHaveLength(20)
    expect(administrator && ofKeys.some((each) => roleAllows(administrator, each))).toBe(false)
  })
})
