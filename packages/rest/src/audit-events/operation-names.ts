/** What Azure Monitor calls each operation. */

import type { OperationName } from '../routes/routes.ts'

/** The `operationName` of a request whose path is none of the API's. */
export const UNKNOWN_OPERATION = 'Unknown'

/** The `operationName` of a rotation that a rotation policy makes. */
export const ROTATION_BY_POLICY = 'KeyRotateIfDue'

/** The `operationName` of a request to an external key manager. */
export const EXTERNAL_KEY_REQUEST = 'EkmProxyOperation'

/**
 * The `operationName` of each operation: those of keys as the documentation of vaults lists them, `BackupCreate` as in
 * that of Managed HSM; the others follow the same pattern, an object and a verb.
 *
 * @see Azure Key Vault logging, operation names table; Managed HSM logging
 */
export const AUDIT_OPERATION_NAMES: Readonly<Record<OperationName, string>> = {
  createKey: 'KeyCreate',
  importKey: 'KeyImport',
  getKey: 'KeyGet',
  updateKey: 'KeyUpdate',
  deleteKey: 'KeyDelete',
  listKeys: 'KeyList',
  listKeyVersions: 'KeyListVersions',
  listDeletedKeys: 'KeyListDeleted',
  getDeletedKey: 'KeyGetDeleted',
  purgeDeletedKey: 'KeyPurge',
  recoverDeletedKey: 'KeyRecover',
  backupKey: 'KeyBackup',
  restoreKey: 'KeyRestore',
  rotateKey: 'KeyRotate',
  getRotationPolicy: 'KeyRotationPolicyGet',
  updateRotationPolicy: 'KeyRotationPolicySet',
  encrypt: 'KeyEncrypt',
  decrypt: 'KeyDecrypt',
  sign: 'KeySign',
  verify: 'KeyVerify',
  wrapKey: 'KeyWrap',
  unwrapKey: 'KeyUnwrap',
  secureWrapKey: 'KeySecureWrap',
  secureUnwrapKey: 'KeySecureUnwrap',
  releaseKey: 'KeyRelease',
  getKeyAttestation: 'KeyAttestationGet',
  getRandomBytes: 'RandomBytesGet',
  startBackup: 'BackupCreate',
  checkBackup: 'BackupCheck',
  getBackupStatus: 'BackupStatusGet',
  startRestore: 'RestoreCreate',
  checkRestore: 'RestoreCheck',
  startKeyRestore: 'KeySelectiveRestore',
  getRestoreStatus: 'RestoreStatusGet',
  listRoleDefinitions: 'RoleDefinitionList',
  getRoleDefinition: 'RoleDefinitionGet',
  setRoleDefinition: 'RoleDefinitionSet',
  deleteRoleDefinition: 'RoleDefinitionDelete',
  listRoleAssignments: 'RoleAssignmentList',
  getRoleAssignment: 'RoleAssignmentGet',
  createRoleAssignment: 'RoleAssignmentCreate',
  deleteRoleAssignment: 'RoleAssignmentDelete',
  listSettings: 'SettingList',
  getSetting: 'SettingGet',
  updateSetting: 'SettingUpdate',
  downloadSecurityDomain: 'SecurityDomainDownload',
  getSecurityDomainDownload: 'SecurityDomainDownloadStatusGet',
  getTransferKey: 'SecurityDomainTransferKeyGet',
  uploadSecurityDomain: 'SecurityDomainUpload',
  getSecurityDomainUpload: 'SecurityDomainUploadStatusGet',
  getEkmConnection: 'EkmConnectionGet',
  createEkmConnection: 'EkmConnectionCreate',
  updateEkmConnection: 'EkmConnectionUpdate',
  deleteEkmConnection: 'EkmConnectionDelete',
  getEkmCertificate: 'EkmCertificateGet',
  checkEkmConnection: 'EkmConnectionCheck',
  createEkmPrivateEndpoint: 'EkmPrivateEndpointCreate',
  getEkmPrivateEndpoint: 'EkmPrivateEndpointGet',
  deleteEkmPrivateEndpoint: 'EkmPrivateEndpointDelete',
  listEkmPrivateEndpoints: 'EkmPrivateEndpointList',
  getEkmPrivateEndpointOperation: 'EkmPrivateEndpointOperationGet',
}
