/** The data action of each operation and service, as role definitions spell it, and the scope that it is on. */

import { type ProfileName, requiredAccess } from 'pocket-hsm'
import type { KeyOperationName } from './key-routes.ts'
import type { OperationName } from './routes.ts'

const VAULT_PREFIX = 'Microsoft.KeyVault/vaults/'

/** The actions of a vault; those of a Managed HSM are the engine's own. */
const VAULT_ACTIONS: Readonly<Record<KeyOperationName, string>> = {
  createKey: 'keys/create/action',
  importKey: 'keys/import/action',
  getKey: 'keys/read',
  updateKey: 'keys/update/action',
  deleteKey: 'keys/delete',
  listKeys: 'keys/read',
  listKeyVersions: 'keys/read',
  listDeletedKeys: 'keys/read',
  getDeletedKey: 'keys/read',
  purgeDeletedKey: 'keys/purge/action',
  recoverDeletedKey: 'keys/recover/action',
  backupKey: 'keys/backup/action',
  restoreKey: 'keys/restore/action',
  rotateKey: 'keys/rotate/action',
  getRotationPolicy: 'keyrotationpolicies/read',
  updateRotationPolicy: 'keyrotationpolicies/write',
  encrypt: 'keys/encrypt/action',
  decrypt: 'keys/decrypt/action',
  sign: 'keys/sign/action',
  verify: 'keys/verify/action',
  wrapKey: 'keys/wrap/action',
  unwrapKey: 'keys/unwrap/action',
  secureWrapKey: 'keys/wrap/action',
  secureUnwrapKey: 'keys/unwrap/action',
  releaseKey: 'keys/release/action',
  getKeyAttestation: 'keys/read',
  getRandomBytes: 'rng/action',
}

/** The data action and the scope of a request. */
export interface RequestedAccess {
  /** Absent if the path is none of the API's. */
  readonly action?: string
  readonly scope: string
}

/** Returns the data action of an operation and the scope that it is on. */
export function accessOf(
  operation: OperationName | undefined,
  profile: ProfileName,
  place: string | undefined,
): RequestedAccess {
  if (operation !== undefined && profile === 'managed-hsm') return requiredAccess(operation, place)
  const action = operation && VAULT_ACTIONS[operation as KeyOperationName]
  const scope = place === undefined ? '/keys' : `/keys/${place}`
  return { ...(action && { action: `${VAULT_PREFIX}${action}` }), scope }
}
