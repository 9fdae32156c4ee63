/** A software HSM in your process: one plain function for each operation of Azure Managed HSM and Key Vault keys. */

export { type AccessOperation, type Permission, parseScope } from '@pocket-hsm/access'
export {
  fromBase64url,
  type JsonWebKey,
  type RandomSource,
  toBase64,
  toBase64url,
} from '@pocket-hsm/crypto'
export {
  type KeyOperation,
  type LifetimeAction,
  type RotationTrigger,
  toIsoInstant,
} from '@pocket-hsm/lifecycle'
export {
  createRoleAssignment,
  type RoleAssignmentParameters,
} from './administration/create-role-assignment.ts'
export { deleteRoleAssignment } from './administration/delete-role-assignment.ts'
export { deleteRoleDefinition } from './administration/delete-role-definition.ts'
export { enableAccessControl } from './administration/enable-access-control.ts'
export { getRoleAssignment } from './administration/get-role-assignment.ts'
export { getRoleDefinition } from './administration/get-role-definition.ts'
export { listRoleAssignments } from './administration/list-role-assignments.ts'
export { listRoleDefinitions } from './administration/list-role-definitions.ts'
export { requireAccess } from './administration/require-access.ts'
export type { PermissionInput } from './administration/role-input.ts'
export {
  type RoleDefinitionParameters,
  setRoleDefinition,
} from './administration/set-role-definition.ts'
export type {
  AuditEntry,
  AuditRefusal,
  ExternalKeyCall,
  HsmOperation,
} from './audit/audit-entry.ts'
export { createSecurityDomain, type SecurityDomain } from './backup/security-domain.ts'
export { checkEkmConnection } from './ekm/check-ekm-connection.ts'
export { createEkmConnection } from './ekm/create-ekm-connection.ts'
export {
  type CreateEkmPrivateEndpointParameters,
  createEkmPrivateEndpoint,
} from './ekm/create-ekm-private-endpoint.ts'
export {
  type CreateExternalKeyParameters,
  createExternalKey,
} from './ekm/create-external-key.ts'
export { createExternalKeyManager } from './ekm/create-external-key-manager.ts'
export { deleteEkmConnection } from './ekm/delete-ekm-connection.ts'
export { deleteEkmPrivateEndpoint } from './ekm/delete-ekm-private-endpoint.ts'
export { type EkmProxyClientCertificate, getEkmCertificate } from './ekm/get-ekm-certificate.ts'
export { getEkmConnection } from './ekm/get-ekm-connection.ts'
export {
  getEkmPrivateEndpoint,
  getEkmPrivateEndpointOperation,
  listEkmPrivateEndpoints,
} from './ekm/get-ekm-private-endpoint.ts'
export type { EkmPrivateEndpoint, EkmPrivateEndpointOperation } from './ekm/private-endpoints.ts'
export { updateEkmConnection } from './ekm/update-ekm-connection.ts'
export { deriveRandom } from './engine/derive-random.ts'
export {
  countKeys,
  createHsm,
  forkHsm,
  type Hsm,
  isHsm,
  readClock,
} from './engine/hsm.ts'
export type { AccessControlOptions, HsmOptions } from './engine/hsm-options.ts'
export { toServiceError } from './engine/run-operation.ts'
export type { MlDsaInput } from './engine/signed-bytes.ts'
export { type HsmViewOptions, viewHsm } from './engine/view-hsm.ts'
export type { HsmListener } from './events/event-hub.ts'
export type {
  HsmEvent,
  HsmEventData,
  HsmEventType,
} from './events/hsm-event.ts'
export {
  type EkmConnection,
  type EkmConnectivityMode,
  type EkmProxyInfo,
  EXTERNAL_KEY_BUDGET,
  EXTERNAL_KEY_FAILURES,
  type ExternalInfoRequest,
  type ExternalKeyAlgorithm,
  type ExternalKeyAnswer,
  type ExternalKeyFailure,
  type ExternalKeyManager,
  type ExternalKeyMetadata,
  type ExternalKeyReference,
  type ExternalKeyRequest,
  type ExternalKeyRequestContext,
  type ExternalKeyResult,
  type ExternalMetadataRequest,
  type ExternalUseRequest,
} from './external-keys/external-key-manager.ts'
export { externalKeyRequestUrl } from './external-keys/proxy-url.ts'
export { buildHsm } from './fixtures/build-hsm.ts'
export {
  describeHsm,
  type HsmDescription,
  type KeyDescription,
  type VersionDescription,
} from './fixtures/describe-hsm.ts'
export {
  describeKey,
  type KeyDetails,
  type KeySummary,
  type SummarizeKeysOptions,
  summarizeKeys,
} from './fixtures/describe-key.ts'
export type {
  FixtureSettings,
  HsmFixture,
  KeyFixture,
  ReleasePolicyFixture,
  VersionFixture,
} from './fixtures/fixture.ts'
export { type ToFixtureOptions, toFixture } from './fixtures/to-fixture.ts'
export {
  exportFullBackup,
  exportFullBackupInParts,
  type FullBackup,
} from './full-backup/export-full-backup.ts'
export { importFullBackup } from './full-backup/import-full-backup.ts'
export { type FullBackupBlob, fullBackupBlobNames } from './full-backup/layout.ts'
export { restoreKeyFromFullBackup } from './full-backup/restore-key-from-full-backup.ts'
export { HsmError, type HsmErrorFacts } from './hsm-error.ts'
export type { HsmJob, HsmJobError, HsmJobKind } from './jobs/job.ts'
export {
  finishJob,
  getBackupStatus,
  getJobInProgress,
  getRestoreStatus,
  type HsmJobOutcome,
  startJob,
} from './jobs/run-jobs.ts'
export type {
  BundleKey,
  DeletedKeyBundle,
  DeletedKeyItem,
  DeletionFacts,
  KeyAttributes,
  KeyBundle,
  KeyItem,
} from './keys/bundles.ts'
export type { KeyAttributesInput, NewKeyParameters } from './keys/key-parameters.ts'
export type { Page, PageParameters } from './keys/pages.ts'
export type { ReleasePolicyInput } from './keys/release-policy.ts'
export type {
  LifetimeActionInput,
  RotationPolicy,
  RotationPolicyInput,
} from './keys/rotation-policies.ts'
export { onEvent } from './observe/on-event.ts'
export { passTime } from './observe/pass-time.ts'
export { type Audit, type AuditFilter, readAudit } from './observe/read-audit.ts'
export { type RecordedCalls, requiredDataActions } from './observe/required-data-actions.ts'
export {
  type RoleSuggestion,
  type SuggestedDefinition,
  type SuggestRolesOptions,
  suggestRoles,
} from './observe/suggest-roles.ts'
export { backupKey } from './operations/backup-key.ts'
export { type CreateKeyParameters, createKey } from './operations/create-key.ts'
export { type DecryptParameters, decrypt, type KeyOperationResult } from './operations/decrypt.ts'
export { deleteKey } from './operations/delete-key.ts'
export { type EncryptParameters, type EncryptResult, encrypt } from './operations/encrypt.ts'
export { getDeletedKey } from './operations/get-deleted-key.ts'
export { getKey } from './operations/get-key.ts'
export {
  type AttestedKeyAttributes,
  type AttestedKeyBundle,
  getKeyAttestation,
  type KeyAttestation,
} from './operations/get-key-attestation.ts'
export { getRandomBytes } from './operations/get-random-bytes.ts'
export { getRotationPolicy } from './operations/get-rotation-policy.ts'
export { type ImportKeyParameters, importKey } from './operations/import-key.ts'
export { type ImportPemParameters, importPem } from './operations/import-pem.ts'
export { listDeletedKeys } from './operations/list-deleted-keys.ts'
export { listKeyVersions } from './operations/list-key-versions.ts'
export { listKeys } from './operations/list-keys.ts'
export { purgeDeletedKey } from './operations/purge-deleted-key.ts'
export { recoverDeletedKey } from './operations/recover-deleted-key.ts'
export {
  type ReleaseKeyParameters,
  type ReleaseKeyResult,
  releaseKey,
} from './operations/release-key.ts'
export { restoreKey } from './operations/restore-key.ts'
export { rotateKey } from './operations/rotate-key.ts'
export {
  type SecureUnwrapKeyParameters,
  secureUnwrapKey,
} from './operations/secure-unwrap-key.ts'
export { type SecureWrapKeyParameters, secureWrapKey } from './operations/secure-wrap-key.ts'
export { type SignParameters, sign } from './operations/sign.ts'
export { type UnwrapKeyParameters, unwrapKey } from './operations/unwrap-key.ts'
export { type UpdateKeyParameters, updateKey } from './operations/update-key.ts'
export { updateRotationPolicy } from './operations/update-rotation-policy.ts'
export { type VerifyParameters, verify } from './operations/verify.ts'
export { type WrapKeyParameters, wrapKey } from './operations/wrap-key.ts'
export {
  checkOptions,
  OPTION_CHECKS,
  type OptionCheck,
  type OptionTable,
  optionTable,
} from './options/check-options.ts'
export { auditSince } from './parts/audit-since.ts'
export { exportParts, type HsmParts, type KeyPart } from './parts/export-parts.ts'
export { type OpenedKey, openKeyPart } from './parts/opened-key.ts'
export { createPartialHsm, type LoadedParts, missingParts } from './parts/partial-hsm.ts'
export { addToRsaPool } from './prepare/add-to-rsa-pool.ts'
export {
  type CapturedExternalKeyRequest,
  captureExternalKeyRequest,
  hasEkmConnection,
} from './prepare/capture-external-key-request.ts'
export {
  type ComingCall,
  type ComingCreateKey,
  type ComingReading,
  type ComingRotateKey,
  missingRsaKey,
} from './prepare/missing-rsa-key.ts'
export { clearRandomPool } from './random/random-pool.ts'
export {
  type AttestationAuthority,
  type AttestationAuthorityOptions,
  type AttestationTokenParameters,
  createAttestationAuthority,
} from './release/attestation-authority.ts'
export type { AttestationKeys, AttestationTokenHeader } from './release/attestation-keys.ts'
export { createEnclaveKey, type EnclaveKey } from './release/enclave-key.ts'
export { type RequiredAccess, requiredAccess } from './roles/required-access.ts'
export type { RoleAssignment } from './roles/role-assignments.ts'
export type { RoleDefinition } from './roles/role-definitions.ts'
export { exportRsaPool, importRsaPool } from './rsa-pool/export-rsa-pool.ts'
export {
  type FillRsaPoolOptions,
  type FreshRsaKeys,
  fillRsaPool,
  type PlacedRsaKey,
  type RsaPoolRequest,
  type SeededRsaKeys,
} from './rsa-pool/fill-rsa-pool.ts'
export { createRsaPool, type RsaPool } from './rsa-pool/rsa-pool.ts'
export {
  createSecurityDomainUpload,
  type SecurityDomainUploadParameters,
} from './security-domain/create-security-domain-upload.ts'
export type { SecurityDomainStatus } from './security-domain/domain-status.ts'
export {
  createDomainWrappingKey,
  type DomainWrappingKey,
  type DomainWrappingKeyOptions,
  type DomainWrappingPem,
} from './security-domain/domain-wrapping-key.ts'
export {
  type DownloadSecurityDomainParameters,
  downloadSecurityDomain,
} from './security-domain/download-security-domain.ts'
export type { TransferKey } from './security-domain/exchange-key.ts'
export { getSecurityDomainDownload } from './security-domain/get-security-domain-download.ts'
export { getSecurityDomainUpload } from './security-domain/get-security-domain-upload.ts'
export { getTransferKey } from './security-domain/get-transfer-key.ts'
export { readActivation } from './security-domain/read-activation.ts'
export { uploadSecurityDomain } from './security-domain/upload-security-domain.ts'
export type { WrappingCertificate } from './security-domain/wrapping-certificates.ts'
export type { KeyType, ProfileName } from './service/profiles.ts'
export { getSetting } from './settings/get-setting.ts'
export { listSettings } from './settings/list-settings.ts'
export type { HsmSetting } from './settings/setting.ts'
export { updateSetting } from './settings/update-setting.ts'
export type { ListName, LoadedPage, MissingPart } from './state/elsewhere.ts'
export { applyChanges } from './state-export/apply-changes.ts'
export { exportChanges } from './state-export/export-changes.ts'
export { exportState, exportStateInParts } from './state-export/export-state.ts'
export { importState } from './state-export/import-state.ts'
export { restoreState } from './state-export/restore-state.ts'
export {
  createTransferBlob,
  type TransferBlobOptions,
  type TransferKek,
} from './transfer/create-transfer-blob.ts'
