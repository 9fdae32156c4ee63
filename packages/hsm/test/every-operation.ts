/** A call of every operation that works, for what must hold of all of them. */

import type { Hsm, HsmOperation } from '../src/index.ts'
import * as facade from '../src/index.ts'
import { ecJwk, nodeKey, octJwk } from './known-keys.ts'
import { EXPORTABLE, releasingHsm, target } from './releases.ts'
import { certificates } from './security-domain/wrapping-keys.ts'

const DIGEST = new Uint8Array(32).fill(7)

const PEM = nodeKey(ecJwk()).export({ type: 'pkcs8', format: 'pem' }) as string

const SIX = ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'] as const

const CUSTOM_ROLE = '0f8e14c2-6c1b-4d6f-9a55-2f3f8c1c9a10'
const OTHER_ROLE = '5b1f0d4e-2f61-4f0e-8f0a-4f7b7c2d9e11'
const ASSIGNMENT = '9a3c2d70-1b6e-4a58-8d7c-0e5f6a7b8c12'
const GRANT = {
  principalId: '64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a',
  roleDefinitionId: CUSTOM_ROLE,
}

/** Answers an HSM with the keys that the calls below need, the same each time. */
export function furnishedHsm(): Hsm {
  prepared ??= furnished()
  return facade.forkHsm(prepared.hsm)
}

/** The operations that an HSM in use refuses: they are for one that is not activated. */
type BeforeActivation = 'getTransferKey' | 'uploadSecurityDomain'

/** The operation that an HSM refuses once it has an EKM connection. */
type BeforeConnection = 'createEkmConnection'

/** By operation, a call of it that {@link furnishedHsm} answers. */
export const CALLS: Readonly<
  Record<Exclude<HsmOperation, BeforeActivation | BeforeConnection>, (hsm: Hsm) => unknown>
> = {
  backupKey: (hsm) => facade.backupKey(hsm, 'ec'),
  checkBackup: (hsm) => facade.startJob(hsm, 'checkBackup'),
  checkEkmConnection: (hsm) =>
    facade.checkEkmConnection(facade.viewHsm(hsm, { externalKeyManager: EXTERNAL })),
  checkRestore: (hsm) => facade.startJob(hsm, 'checkRestore'),
  createEkmPrivateEndpoint: (hsm) => facade.createEkmPrivateEndpoint(hsm, 'ekm-2', ENDPOINT),
  createKey: (hsm) => facade.createKey(hsm, 'new', { kty: 'EC' }),
  createRoleAssignment: (hsm) => facade.createRoleAssignment(hsm, { ...GRANT, scope: '/keys/ec' }),
  decrypt: (hsm) =>
    facade.decrypt(hsm, 'oct', { alg: 'A256CBC', value: DIGEST, iv: new Uint8Array(16) }),
  deleteEkmConnection: (hsm) => facade.deleteEkmConnection(hsm),
  deleteEkmPrivateEndpoint: (hsm) => facade.deleteEkmPrivateEndpoint(hsm, 'ekm-1'),
  deleteKey: (hsm) => facade.deleteKey(hsm, 'ec'),
  deleteRoleAssignment: (hsm) => facade.deleteRoleAssignment(hsm, ASSIGNMENT),
  deleteRoleDefinition: (hsm) => facade.deleteRoleDefinition(hsm, CUSTOM_ROLE),
  downloadSecurityDomain: (hsm) =>
    facade.downloadSecurityDomain(hsm, { certificates: certificates(3) }),
  encrypt: (hsm) => facade.encrypt(hsm, 'oct', { alg: 'A256GCM', value: DIGEST, aad: DIGEST }),
  exportFullBackup: (hsm) => facade.exportFullBackup(hsm),
  getBackupStatus: (hsm) => facade.getBackupStatus(hsm, (prepared as Prepared).backupJob),
  getDeletedKey: (hsm) => facade.getDeletedKey(hsm, 'deleted'),
  getEkmCertificate: (hsm) => facade.getEkmCertificate(hsm),
  getEkmConnection: (hsm) => facade.getEkmConnection(hsm),
  getEkmPrivateEndpoint: (hsm) => facade.getEkmPrivateEndpoint(hsm, 'ekm-1'),
  getEkmPrivateEndpointOperation: (hsm) =>
    facade.getEkmPrivateEndpointOperation(hsm, (prepared as Prepared).endpointOperation),
  getKey: (hsm) => facade.getKey(hsm, 'ec'),
  getKeyAttestation: (hsm) => facade.getKeyAttestation(hsm, 'ec'),
  getRandomBytes: (hsm) => facade.getRandomBytes(hsm, 16),
  getRoleAssignment: (hsm) => facade.getRoleAssignment(hsm, ASSIGNMENT),
  getRoleDefinition: (hsm) => facade.getRoleDefinition(hsm, CUSTOM_ROLE),
  getRestoreStatus: (hsm) => facade.getRestoreStatus(hsm, (prepared as Prepared).restoreJob),
  getRotationPolicy: (hsm) => facade.getRotationPolicy(hsm, 'ec'),
  getSecurityDomainDownload: (hsm) => facade.getSecurityDomainDownload(hsm),
  getSecurityDomainUpload: (hsm) => facade.getSecurityDomainUpload(hsm),
  getSetting: (hsm) => facade.getSetting(hsm, SETTING),
  importFullBackup: (hsm) => facade.importFullBackup(hsm, (prepared as Prepared).blobs),
  importKey: (hsm) => facade.importKey(hsm, 'imported', ecJwk()),
  importPem: (hsm) => facade.importPem(hsm, 'imported', PEM),
  listDeletedKeys: (hsm) => facade.listDeletedKeys(hsm),
  listEkmPrivateEndpoints: (hsm) => facade.listEkmPrivateEndpoints(hsm),
  listKeyVersions: (hsm) => facade.listKeyVersions(hsm, 'ec'),
  listRoleAssignments: (hsm) => facade.listRoleAssignments(hsm),
  listRoleDefinitions: (hsm) => facade.listRoleDefinitions(hsm),
  listKeys: (hsm) => facade.listKeys(hsm),
  listSettings: (hsm) => facade.listSettings(hsm),
  purgeDeletedKey: (hsm) => facade.purgeDeletedKey(hsm, 'deleted'),
  recoverDeletedKey: (hsm) => facade.recoverDeletedKey(hsm, 'deleted'),
  releaseKey: (hsm) => facade.releaseKey(hsm, 'ec', { target: target() }),
  restoreKey: (hsm) => facade.restoreKey(hsm, (prepared as Prepared).backup),
  restoreKeyFromFullBackup: (hsm) =>
    facade.restoreKeyFromFullBackup(hsm, 'purged', (prepared as Prepared).blobs),
  rotateKey: (hsm) => facade.rotateKey(hsm, 'ec'),
  secureUnwrapKey: (hsm) =>
    facade.secureUnwrapKey(hsm, 'kek', {
      alg: 'A256KW',
      value: (prepared as Prepared).secureWrapped,
      target: target(),
    }),
  secureWrapKey: (hsm) => facade.secureWrapKey(hsm, 'kek', { alg: 'A256KW' }),
  setRoleDefinition: (hsm) => facade.setRoleDefinition(hsm, OTHER_ROLE, { roleName: 'Other' }),
  sign: (hsm) => facade.sign(hsm, 'ec', { alg: 'ES256', value: DIGEST }),
  startBackup: (hsm) => facade.startJob(hsm, 'startBackup'),
  startKeyRestore: (hsm) => facade.startJob(hsm, 'startKeyRestore'),
  startRestore: (hsm) => facade.startJob(hsm, 'startRestore'),
  unwrapKey: (hsm) =>
    facade.unwrapKey(hsm, 'oct', { alg: 'A256KW', value: (prepared as Prepared).wrapped }),
  updateEkmConnection: (hsm) => facade.updateEkmConnection(hsm, { host: 'other.contoso.com' }),
  updateKey: (hsm) => facade.updateKey(hsm, 'ec', { tags: { 'tag-name': 'tag-value' } }),
  updateRotationPolicy: (hsm) =>
    facade.updateRotationPolicy(hsm, 'ec', { attributes: { expiryTime: 'P90D' } }),
  updateSetting: (hsm) => facade.updateSetting(hsm, SETTING, 'true'),
  verify: (hsm) => facade.verify(hsm, 'ec', { alg: 'ES256', digest: DIGEST, value: DIGEST }),
  wrapKey: (hsm) => facade.wrapKey(hsm, 'oct', { alg: 'A256KW', value: DIGEST }),
}

const CONNECTION = { host: 'ekm.contoso.com', serverCaCertificates: [] }
const ENDPOINT = { privateLinkServiceId: 'proxy.eastus.azure.privatelinkservice' }
const EXTERNAL = facade.createExternalKeyManager(facade.createHsm())

const SETTING = 'AllowKeyManagementOperationsThroughARM'

interface Prepared {
  readonly hsm: Hsm
  readonly backup: Uint8Array
  readonly blobs: readonly facade.FullBackupBlob[]
  readonly backupJob: string
  readonly restoreJob: string
  readonly wrapped: Uint8Array
  readonly secureWrapped: Uint8Array
  readonly endpointOperation: string
}

let prepared: Prepared | undefined

function furnished(): Prepared {
  const hsm = releasingHsm()
  facade.createKey(hsm, 'ec', { kty: 'EC', ...EXPORTABLE })
  facade.importKey(hsm, 'oct', octJwk(), { keyOps: SIX })
  facade.createKey(hsm, 'kek', { kty: 'oct', ...EXPORTABLE })
  facade.createKey(hsm, 'purged', { kty: 'oct' })
  const backup = facade.backupKey(hsm, 'purged')
  const { blobs } = facade.exportFullBackup(hsm)
  const [backupJob = '', restoreJob = ''] = (['startBackup', 'startRestore'] as const).map(
    (kind) => facade.finishJob(hsm, facade.startJob(hsm, kind).id).id,
  )
  for (const name of ['purged', 'deleted']) {
    if (name === 'deleted') facade.createKey(hsm, name, { kty: 'EC' })
    facade.deleteKey(hsm, name)
  }
  facade.purgeDeletedKey(hsm, 'purged')
  facade.setRoleDefinition(hsm, CUSTOM_ROLE, { roleName: 'Custom' })
  facade.createRoleAssignment(hsm, { ...GRANT, name: ASSIGNMENT })
  const { value: wrapped } = facade.wrapKey(hsm, 'oct', { alg: 'A256KW', value: DIGEST })
  const { value: secureWrapped } = facade.secureWrapKey(hsm, 'kek', { alg: 'A256KW' })
  facade.createEkmConnection(hsm, CONNECTION)
  const { jobId: endpointOperation } = facade.createEkmPrivateEndpoint(hsm, 'ekm-1', ENDPOINT)
  return { hsm, endpointOperation, backup, blobs, backupJob, restoreJob, wrapped, secureWrapped }
}
