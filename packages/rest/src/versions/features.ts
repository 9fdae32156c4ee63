/**
 * What each api-version has: one row for each feature.
 *
 * To switch a row on, take `isServed: false` away once its routes, members or attributes are in the code: a test fails
 * where the table and the handler disagree.
 */

import type { ApiVersion } from './api-versions.ts'
import type { ApiFeature, FeatureMembers } from './feature.ts'
import { PREVIEW_FEATURES } from './preview-features.ts'

const both = (since: ApiVersion): ApiFeature['since'] => ({ vault: since, 'managed-hsm': since })
const managedHsm = (since: ApiVersion): ApiFeature['since'] => ({ 'managed-hsm': since })

const AES_ENCRYPTION: readonly string[] = ['128', '192', '256'].flatMap((bits) =>
  ['GCM', 'CBC', 'CBCPAD'].map((mode) => `A${bits}${mode}`),
)
const AES_KEY_WRAP: readonly string[] = ['A128KW', 'A192KW', 'A256KW']
const CKM_KEY_WRAP: readonly string[] = ['CKM_AES_KEY_WRAP', 'CKM_AES_KEY_WRAP_PAD']
const HMAC: readonly string[] = ['HS256', 'HS384', 'HS512']

const ENCRYPTION: FeatureMembers = { alg: AES_ENCRYPTION, iv: 'any', aad: 'any', tag: 'any' }
const RELEASE: FeatureMembers = { release_policy: 'any', 'attributes.exportable': 'any' }
const OCT: readonly string[] = ['oct', 'oct-HSM']
const OKP: readonly string[] = ['OKP', 'OKP-HSM']

const RELEASED_FEATURES: readonly ApiFeature[] = [
  {
    name: 'keys',
    title: 'keys, deleted keys, backups, RSA and EC cryptography',
    since: both('2016-10-01'),
    operations: [
      'createKey',
      'importKey',
      'getKey',
      'updateKey',
      'deleteKey',
      'listKeys',
      'listKeyVersions',
      'listDeletedKeys',
      'getDeletedKey',
      'purgeDeletedKey',
      'recoverDeletedKey',
      'backupKey',
      'restoreKey',
      'encrypt',
      'decrypt',
      'sign',
      'verify',
      'wrapKey',
      'unwrapKey',
    ],
    attributes: ['enabled', 'nbf', 'exp', 'created', 'updated', 'recoveryLevel'],
    known: 'documented',
  },
  {
    name: 'recoverableDays',
    title: 'retention in the attributes',
    since: both('7.1'),
    attributes: ['recoverableDays'],
    known: 'inferred',
  },
  {
    name: 'symmetricKeys',
    title: 'symmetric keys and AES',
    since: both('7.2-preview'),
    members: {
      createKey: { kty: OCT },
      importKey: { 'key.kty': OCT },
      encrypt: ENCRYPTION,
      decrypt: ENCRYPTION,
      wrapKey: { alg: AES_KEY_WRAP },
      unwrapKey: { alg: AES_KEY_WRAP },
    },
    known: 'documented',
  },
  {
    name: 'publicExponent',
    title: 'choice of the RSA public exponent',
    since: both('7.2-preview'),
    members: { createKey: { public_exponent: 'any' } },
    known: 'documented',
  },
  {
    name: 'fullBackup',
    title: 'full backup and restore',
    since: managedHsm('7.2-preview'),
    operations: [
      'startBackup',
      'getBackupStatus',
      'startRestore',
      'startKeyRestore',
      'getRestoreStatus',
    ],
    known: 'recorded',
  },
  {
    name: 'securityDomain',
    title: 'security domain',
    since: managedHsm('7.2-preview'),
    operations: [
      'downloadSecurityDomain',
      'getSecurityDomainDownload',
      'getTransferKey',
      'uploadSecurityDomain',
      'getSecurityDomainUpload',
    ],
    known: 'recorded',
  },
  {
    name: 'roles',
    title: 'local role-based access control',
    since: managedHsm('7.2'),
    operations: [
      'listRoleDefinitions',
      'getRoleDefinition',
      'setRoleDefinition',
      'deleteRoleDefinition',
      'listRoleAssignments',
      'getRoleAssignment',
      'createRoleAssignment',
      'deleteRoleAssignment',
    ],
    known: 'documented',
  },
  {
    name: 'exportable',
    title: 'exportability in the attributes',
    since: { vault: '7.3-preview', 'managed-hsm': '7.2-preview' },
    attributes: ['exportable'],
    known: 'recorded',
  },
  {
    name: 'keyRelease',
    title: 'secure key release',
    since: both('7.3-preview'),
    operations: ['releaseKey'],
    members: { createKey: RELEASE, importKey: RELEASE, updateKey: { release_policy: 'any' } },
    known: 'documented',
  },
  {
    name: 'rotation',
    title: 'rotation and rotation policies',
    since: both('7.3-preview'),
    operations: ['rotateKey', 'getRotationPolicy', 'updateRotationPolicy'],
    known: 'documented',
  },
  {
    name: 'randomBytes',
    title: 'random bytes',
    since: both('7.3-preview'),
    operations: ['getRandomBytes'],
    known: 'documented',
  },
  {
    name: 'settings',
    title: 'settings',
    since: managedHsm('7.4-preview.1'),
    operations: ['listSettings', 'getSetting', 'updateSetting'],
    known: 'recorded',
  },
  {
    name: 'edwardsCurves',
    title: 'Ed25519 keys, withdrawn after one preview',
    since: managedHsm('7.4-preview.1'),
    until: '7.4-preview.1',
    members: {
      createKey: { kty: OKP },
      importKey: { 'key.kty': OKP },
      sign: { alg: ['EdDSA'] },
      verify: { alg: ['EdDSA'] },
    },
    isServed: false,
    known: 'recorded',
  },
  {
    name: 'backupWithIdentity',
    title: 'full backup with a managed identity',
    since: managedHsm('7.5-preview.1'),
    members: {
      startBackup: { useManagedIdentity: 'any' },
      startRestore: { 'sasTokenParameters.useManagedIdentity': 'any' },
      startKeyRestore: { 'sasTokenParameters.useManagedIdentity': 'any' },
    },
    known: 'documented',
  },
  {
    name: 'hsmPlatform',
    title: 'HSM platform in the attributes',
    since: both('7.5'),
    attributes: ['hsmPlatform'],
    known: 'recorded',
  },
  {
    name: 'ckmKeyWrap',
    title: 'CKM names of AES key wrap',
    since: both('7.6-preview.1'),
    members: { wrapKey: { alg: CKM_KEY_WRAP }, unwrapKey: { alg: CKM_KEY_WRAP } },
    known: 'documented',
  },
  {
    name: 'keyAttestation',
    title: 'key attestation',
    since: both('7.6-preview.2'),
    operations: ['getKeyAttestation'],
    known: 'documented',
  },
  {
    name: 'backupChecks',
    title: 'checks before a full backup or restore',
    since: managedHsm('7.6-preview.2'),
    operations: ['checkBackup', 'checkRestore'],
    known: 'documented',
  },
  {
    name: 'hmac',
    title: 'HMAC signatures',
    since: both('7.6-preview.2'),
    members: { sign: { alg: HMAC }, verify: { alg: HMAC } },
    known: 'documented',
  },
]

/**
 * The features of the API, in the order in which they came.
 *
 * @example
 * ```ts
 * import { API_FEATURES } from '@pocket-hsm/rest'
 *
 * API_FEATURES.find(({ name }) => name === 'settings')?.since // { 'managed-hsm': '7.4-preview.1' }
 * ```
 */
export const API_FEATURES: readonly ApiFeature[] = [...RELEASED_FEATURES, ...PREVIEW_FEATURES]
