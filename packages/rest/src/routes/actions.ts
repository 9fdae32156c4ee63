/** The data action of each operation and service, as role definitions spell it. */

import type { Hsm } from 'pocket-hsm'
import type { OperationName } from './routes.ts'

const VAULT_PREFIX = 'Microsoft.KeyVault/vaults/'
const MANAGED_HSM_PREFIX = 'Microsoft.KeyVault/managedHsm/'

/** The action of a vault, then that of a Managed HSM. */
const ACTIONS: Readonly<Record<OperationName, readonly [string, string]>> = {
  createKey: ['keys/create/action', 'keys/create'],
  importKey: ['keys/import/action', 'keys/import/action'],
  getKey: ['keys/read', 'keys/read/action'],
  updateKey: ['keys/update/action', 'keys/write/action'],
  deleteKey: ['keys/delete', 'keys/delete'],
  listKeys: ['keys/read', 'keys/read/action'],
  listKeyVersions: ['keys/read', 'keys/read/action'],
  listDeletedKeys: ['keys/read', 'keys/deletedKeys/read/action'],
  getDeletedKey: ['keys/read', 'keys/deletedKeys/read/action'],
  purgeDeletedKey: ['keys/purge/action', 'keys/deletedKeys/delete'],
  recoverDeletedKey: ['keys/recover/action', 'keys/deletedKeys/recover/action'],
  backupKey: ['keys/backup/action', 'keys/backup/action'],
  restoreKey: ['keys/restore/action', 'keys/restore/action'],
  rotateKey: ['keys/rotate/action', 'keys/rotate/action'],
  getRotationPolicy: ['keyrotationpolicies/read', 'keys/read/action'],
  updateRotationPolicy: ['keyrotationpolicies/write', 'keys/write/action'],
  encrypt: ['keys/encrypt/action', 'keys/encrypt/action'],
  decrypt: ['keys/decrypt/action', 'keys/decrypt/action'],
  sign: ['keys/sign/action', 'keys/sign/action'],
  verify: ['keys/verify/action', 'keys/verify/action'],
  wrapKey: ['keys/wrap/action', 'keys/wrap/action'],
  unwrapKey: ['keys/unwrap/action', 'keys/unwrap/action'],
  releaseKey: ['keys/release/action', 'keys/release/action'],
  getKeyAttestation: ['keys/read', 'keys/read/action'],
  getRandomBytes: ['rng/action', 'rng/action'],
}

/** Returns the data action of an operation. */
export function actionOf(operation: OperationName, profile: Hsm['profile']): string {
  const [vault, managedHsm] = ACTIONS[operation]
  return profile === 'managed-hsm'
    ? `${MANAGED_HSM_PREFIX}${managedHsm}`
    : `${VAULT_PREFIX}${vault}`
}
