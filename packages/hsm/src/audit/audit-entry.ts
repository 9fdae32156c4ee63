/** Audit entries: who did what to which key, when, and how it ended. They never hold bytes, tags or attributes. */

import type { ExternalKeyRequest } from '../external-keys/external-key-manager.ts'

/** The operations of an HSM, by the names of their functions. */
export const HSM_OPERATIONS = [
  'backupKey',
  'checkBackup',
  'checkEkmConnection',
  'checkRestore',
  'createEkmConnection',
  'createEkmPrivateEndpoint',
  'createKey',
  'createRoleAssignment',
  'decrypt',
  'deleteEkmConnection',
  'deleteEkmPrivateEndpoint',
  'deleteKey',
  'deleteRoleAssignment',
  'deleteRoleDefinition',
  'downloadSecurityDomain',
  'encrypt',
  'exportFullBackup',
  'getBackupStatus',
  'getDeletedKey',
  'getEkmCertificate',
  'getEkmConnection',
  'getEkmPrivateEndpoint',
  'getEkmPrivateEndpointOperation',
  'getKey',
  'getKeyAttestation',
  'getRandomBytes',
  'getRestoreStatus',
  'getRoleAssignment',
  'getRoleDefinition',
  'getRotationPolicy',
  'getSecurityDomainDownload',
  'getSecurityDomainUpload',
  'getSetting',
  'getTransferKey',
  'importFullBackup',
  'importKey',
  'importPem',
  'listDeletedKeys',
  'listEkmPrivateEndpoints',
  'listKeys',
  'listKeyVersions',
  'listRoleAssignments',
  'listRoleDefinitions',
  'listSettings',
  'purgeDeletedKey',
  'recoverDeletedKey',
  'releaseKey',
  'restoreKey',
  'restoreKeyFromFullBackup',
  'rotateKey',
  'secureUnwrapKey',
  'secureWrapKey',
  'setRoleDefinition',
  'sign',
  'startBackup',
  'startKeyRestore',
  'startRestore',
  'unwrapKey',
  'updateEkmConnection',
  'updateKey',
  'updateRotationPolicy',
  'updateSetting',
  'uploadSecurityDomain',
  'verify',
  'wrapKey',
] as const

/** One of {@link HSM_OPERATIONS}. */
export type HsmOperation = (typeof HSM_OPERATIONS)[number]

/** Which version of its key an operation is about: one that exists, or one that it makes. The others are about none. */
export const VERSION_OF: Readonly<Partial<Record<HsmOperation, 'used' | 'made'>>> = {
  createKey: 'made',
  decrypt: 'used',
  encrypt: 'used',
  getKey: 'used',
  getKeyAttestation: 'used',
  importKey: 'made',
  importPem: 'made',
  releaseKey: 'used',
  restoreKey: 'made',
  restoreKeyFromFullBackup: 'made',
  rotateKey: 'made',
  secureUnwrapKey: 'used',
  secureWrapKey: 'used',
  sign: 'used',
  unwrapKey: 'used',
  updateKey: 'used',
  verify: 'used',
  wrapKey: 'used',
}

/** The error of a call. */
export interface AuditRefusal {
  readonly status: number
  readonly code: string
  readonly innerCode?: string
}

/** A request to the external key manager. */
export interface ExternalKeyCall {
  readonly operation: ExternalKeyRequest['operation']
  /** The id of the external key; absent from `info`. */
  readonly keyId?: string
  /** Where it went, by the connection. */
  readonly url: string
  /** 200, the status of its refusal, 502 if it could not be reached or gave a wrong answer, 504 if it was too slow. */
  readonly status: number
}

/** One call, or one change that time made. What was not known when the call ended is absent. */
export interface AuditEntry {
  /** Milliseconds since 1970 on the HSM's clock: when the call was made, or when the change fell due. */
  readonly at: number
  /** The name of the function. */
  readonly operation: HsmOperation
  /** The name of the key: as it was created, or as the call spelled it if there is no such key. */
  readonly key?: string
  /** The version that was used or made. */
  readonly version?: string
  readonly alg?: string
  /** What the call asked of the external key manager. */
  readonly external?: ExternalKeyCall
  /** The scope of a role operation: `/`, `/keys` or `/keys/{name}`. */
  readonly scope?: string
  /** The caller, if the handle has one: see `viewHsm`. */
  readonly caller?: string
  /** The caller's principals, if the handle has any: the first eight of them. */
  readonly principals?: readonly string[]
  /** A `verify` that returned `false` is a success. */
  readonly outcome: 'success' | AuditRefusal
  /** A change without a call: a rotation policy made the version, or the key was purged at the end of its retention. */
  readonly byTime?: true
}
