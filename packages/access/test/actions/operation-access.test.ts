/** The table of operations, against that of the reference, written out a second time. */

import { describe, expect, it } from 'vitest'
import { DATA_ACTION_PREFIX, DATA_ACTIONS, OPERATION_ACCESS } from '../../src/index.ts'

/** Resource, data action without its prefix, operations. */
const DOCUMENTED: readonly (readonly [string, string, string])[] = [
  ['key', 'keys/create', 'createKey'],
  ['key', 'keys/import/action', 'importKey importPem'],
  ['key', 'keys/read/action', 'getKey listKeyVersions getRotationPolicy getKeyAttestation'],
  ['keys', 'keys/read/action', 'listKeys'],
  ['key', 'keys/write/action', 'updateKey updateRotationPolicy'],
  ['key', 'keys/rotate/action', 'rotateKey'],
  ['key', 'keys/delete', 'deleteKey'],
  ['key', 'keys/deletedKeys/read/action', 'getDeletedKey'],
  ['keys', 'keys/deletedKeys/read/action', 'listDeletedKeys'],
  ['key', 'keys/deletedKeys/recover/action', 'recoverDeletedKey'],
  ['key', 'keys/deletedKeys/delete', 'purgeDeletedKey'],
  ['key', 'keys/backup/action', 'backupKey'],
  ['keys', 'keys/restore/action', 'restoreKey'],
  ['key', 'keys/encrypt/action', 'encrypt'],
  ['key', 'keys/decrypt/action', 'decrypt'],
  ['key', 'keys/sign/action', 'sign'],
  ['key', 'keys/verify/action', 'verify'],
  ['key', 'keys/wrap/action', 'wrapKey secureWrapKey'],
  ['key', 'keys/unwrap/action', 'unwrapKey secureUnwrapKey'],
  ['key', 'keys/release/action', 'releaseKey'],
  ['hsm', 'rng/action', 'getRandomBytes'],
  ['scope', 'roleDefinitions/read/action', 'listRoleDefinitions getRoleDefinition'],
  ['scope', 'roleDefinitions/write/action', 'setRoleDefinition'],
  ['scope', 'roleDefinitions/delete/action', 'deleteRoleDefinition'],
  ['scope', 'roleAssignments/read/action', 'listRoleAssignments getRoleAssignment'],
  ['scope', 'roleAssignments/write/action', 'createRoleAssignment'],
  ['scope', 'roleAssignments/delete/action', 'deleteRoleAssignment'],
  ['hsm', 'settings/read/action', 'listSettings getSetting'],
  ['hsm', 'settings/write/action', 'updateSetting'],
  ['hsm', 'backup/start/action', 'startBackup checkBackup exportFullBackup'],
  ['hsm', 'backup/status/action', 'getBackupStatus'],
  [
    'hsm',
    'restore/start/action',
    'startRestore startKeyRestore checkRestore importFullBackup restoreKeyFromFullBackup',
  ],
  ['hsm', 'restore/status/action', 'getRestoreStatus'],
  ['hsm', 'securitydomain/download/action', 'downloadSecurityDomain'],
  ['hsm', 'securitydomain/download/read', 'getSecurityDomainDownload'],
  ['hsm', 'securitydomain/transferkey/read', 'getTransferKey'],
  ['hsm', 'securitydomain/upload/action', 'uploadSecurityDomain'],
  ['hsm', 'securitydomain/upload/read', 'getSecurityDomainUpload'],
  [
    'hsm',
    'ekm/read/action',
    'getEkmConnection getEkmCertificate checkEkmConnection getEkmPrivateEndpoint listEkmPrivateEndpoints getEkmPrivateEndpointOperation',
  ],
  [
    'hsm',
    'ekm/write/action',
    'createEkmConnection updateEkmConnection createEkmPrivateEndpoint deleteEkmPrivateEndpoint',
  ],
  ['hsm', 'ekm/delete/action', 'deleteEkmConnection'],
]

describe('the table of operations', () => {
  it('has for each operation the data action and the resource of the reference', () => {
    const documented = DOCUMENTED.flatMap(([resource, suffix, operations]) =>
      operations
        .split(' ')
        .map((operation) => [operation, { action: DATA_ACTION_PREFIX + suffix, resource }]),
    )
    expect(OPERATION_ACCESS).toEqual(Object.fromEntries(documented))
  })

  it('has only data actions that are known', () => {
    const known: readonly string[] = DATA_ACTIONS
    const unknown = Object.values(OPERATION_ACCESS).filter(({ action }) => !known.includes(action))
    expect(unknown).toEqual([])
  })
})

describe('the data actions', () => {
  it('are 41, each once, with the prefix of the service', () => {
    expect(new Set(DATA_ACTIONS).size).toBe(41)
    expect(DATA_ACTIONS).toHaveLength(41)
    expect(DATA_ACTION_PREFIX).toBe('Microsoft.KeyVault/managedHsm/')
    expect(DATA_ACTIONS.every((each) => each.startsWith(DATA_ACTION_PREFIX))).toBe(true)
  })

  it('include the ones without /action that the service has', () => {
    const without = DATA_ACTIONS.filter((each) => !each.endsWith('/action'))
    expect(without.map((each) => each.slice(DATA_ACTION_PREFIX.length))).toEqual([
      'keys/create',
      'keys/delete',
      'keys/deletedKeys/delete',
      'securitydomain/download/read',
      'securitydomain/upload/read',
      'securitydomain/transferkey/read',
    ])
  })
})
