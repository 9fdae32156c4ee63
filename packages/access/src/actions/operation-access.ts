/** Which data action each operation needs, and on which resource. */

import { type DataAction, type DataActionSuffix, dataAction } from './data-actions.ts'

/**
 * The resource that a role assignment must cover: one key, all keys, the whole HSM, or, for a role operation, the scope
 * that it is about.
 */
export type AccessResource = 'key' | 'keys' | 'hsm' | 'scope'

/** What an operation needs. */
export interface OperationAccess {
  readonly action: DataAction
  readonly resource: AccessResource
}

/** An operation that needs a data action, by the name of the engine's function. */
export type AccessOperation =
  | 'createKey'
  | 'importKey'
  | 'importPem'
  | 'getKey'
  | 'listKeyVersions'
  | 'getRotationPolicy'
  | 'getKeyAttestation'
  | 'listKeys'
  | 'updateKey'
  | 'updateRotationPolicy'
  | 'rotateKey'
  | 'deleteKey'
  | 'getDeletedKey'
  | 'listDeletedKeys'
  | 'recoverDeletedKey'
  | 'purgeDeletedKey'
  | 'backupKey'
  | 'restoreKey'
  | 'encrypt'
  | 'decrypt'
  | 'sign'
  | 'verify'
  | 'wrapKey'
  | 'unwrapKey'
  | 'secureWrapKey'
  | 'secureUnwrapKey'
  | 'releaseKey'
  | 'getRandomBytes'
  | 'listRoleDefinitions'
  | 'getRoleDefinition'
  | 'setRoleDefinition'
  | 'deleteRoleDefinition'
  | 'listRoleAssignments'
  | 'getRoleAssignment'
  | 'createRoleAssignment'
  | 'deleteRoleAssignment'
  | 'listSettings'
  | 'getSetting'
  | 'updateSetting'
  | 'startBackup'
  | 'checkBackup'
  | 'getBackupStatus'
  | 'startRestore'
  | 'startKeyRestore'
  | 'checkRestore'
  | 'getRestoreStatus'
  | 'exportFullBackup'
  | 'importFullBackup'
  | 'restoreKeyFromFullBackup'
  | 'downloadSecurityDomain'
  | 'getSecurityDomainDownload'
  | 'getTransferKey'
  | 'uploadSecurityDomain'
  | 'getSecurityDomainUpload'
  | 'getEkmConnection'
  | 'getEkmCertificate'
  | 'checkEkmConnection'
  | 'createEkmConnection'
  | 'updateEkmConnection'
  | 'deleteEkmConnection'
  | 'createEkmPrivateEndpoint'
  | 'getEkmPrivateEndpoint'
  | 'deleteEkmPrivateEndpoint'
  | 'listEkmPrivateEndpoints'
  | 'getEkmPrivateEndpointOperation'

const on =
  (resource: AccessResource) =>
  (suffix: DataActionSuffix): OperationAccess => ({ action: dataAction(suffix), resource })

const onKey = on('key')
const onKeys = on('keys')
const onHsm = on('hsm')
const onScope = on('scope')

/**
 * The table: operation to data action and resource.
 *
 * @see Azure Key Vault, Managed HSM local RBAC built-in roles: permitted operations
 *
 * @example
 * ```ts
 * import { OPERATION_ACCESS } from '@pocket-hsm/access'
 *
 * OPERATION_ACCESS.createKey.action // 'Microsoft.KeyVault/managedHsm/keys/create'
 * OPERATION_ACCESS.listKeys.resource // 'keys'
 * ```
 */
export const OPERATION_ACCESS: Readonly<Record<AccessOperation, OperationAccess>> = {
  createKey: onKey('keys/create'),
  importKey: onKey('keys/import/action'),
  importPem: onKey('keys/import/action'),
  getKey: onKey('keys/read/action'),
  listKeyVersions: onKey('keys/read/action'),
  getRotationPolicy: onKey('keys/read/action'),
  getKeyAttestation: onKey('keys/read/action'),
  listKeys: onKeys('keys/read/action'),
  updateKey: onKey('keys/write/action'),
  updateRotationPolicy: onKey('keys/write/action'),
  rotateKey: onKey('keys/rotate/action'),
  deleteKey: onKey('keys/delete'),
  getDeletedKey: onKey('keys/deletedKeys/read/action'),
  listDeletedKeys: onKeys('keys/deletedKeys/read/action'),
  recoverDeletedKey: onKey('keys/deletedKeys/recover/action'),
  purgeDeletedKey: onKey('keys/deletedKeys/delete'),
  backupKey: onKey('keys/backup/action'),
  // The name is in the backup, which is not opened for a caller who may not restore.
  restoreKey: onKeys('keys/restore/action'),
  encrypt: onKey('keys/encrypt/action'),
  decrypt: onKey('keys/decrypt/action'),
  sign: onKey('keys/sign/action'),
  verify: onKey('keys/verify/action'),
  wrapKey: onKey('keys/wrap/action'),
  unwrapKey: onKey('keys/unwrap/action'),
  secureWrapKey: onKey('keys/wrap/action'),
  secureUnwrapKey: onKey('keys/unwrap/action'),
  releaseKey: onKey('keys/release/action'),
  getRandomBytes: onHsm('rng/action'),

  listRoleDefinitions: onScope('roleDefinitions/read/action'),
  getRoleDefinition: onScope('roleDefinitions/read/action'),
  setRoleDefinition: onScope('roleDefinitions/write/action'),
  deleteRoleDefinition: onScope('roleDefinitions/delete/action'),
  listRoleAssignments: onScope('roleAssignments/read/action'),
  getRoleAssignment: onScope('roleAssignments/read/action'),
  createRoleAssignment: onScope('roleAssignments/write/action'),
  deleteRoleAssignment: onScope('roleAssignments/delete/action'),

  listSettings: onHsm('settings/read/action'),
  getSetting: onHsm('settings/read/action'),
  updateSetting: onHsm('settings/write/action'),

  startBackup: onHsm('backup/start/action'),
  checkBackup: onHsm('backup/start/action'),
  getBackupStatus: onHsm('backup/status/action'),
  startRestore: onHsm('restore/start/action'),
  startKeyRestore: onHsm('restore/start/action'),
  checkRestore: onHsm('restore/start/action'),
  getRestoreStatus: onHsm('restore/status/action'),
  exportFullBackup: onHsm('backup/start/action'),
  importFullBackup: onHsm('restore/start/action'),
  restoreKeyFromFullBackup: onHsm('restore/start/action'),

  downloadSecurityDomain: onHsm('securitydomain/download/action'),
  getSecurityDomainDownload: onHsm('securitydomain/download/read'),
  getTransferKey: onHsm('securitydomain/transferkey/read'),
  uploadSecurityDomain: onHsm('securitydomain/upload/action'),
  getSecurityDomainUpload: onHsm('securitydomain/upload/read'),

  getEkmConnection: onHsm('ekm/read/action'),
  getEkmCertificate: onHsm('ekm/read/action'),
  checkEkmConnection: onHsm('ekm/read/action'),
  createEkmConnection: onHsm('ekm/write/action'),
  updateEkmConnection: onHsm('ekm/write/action'),
  deleteEkmConnection: onHsm('ekm/delete/action'),
  createEkmPrivateEndpoint: onHsm('ekm/write/action'),
  getEkmPrivateEndpoint: onHsm('ekm/read/action'),
  deleteEkmPrivateEndpoint: onHsm('ekm/write/action'),
  listEkmPrivateEndpoints: onHsm('ekm/read/action'),
  getEkmPrivateEndpointOperation: onHsm('ekm/read/action'),
}
