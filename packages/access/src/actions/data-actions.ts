/** The data actions of a Managed HSM: what a role can allow. */

/** The start of every data action. */
export const DATA_ACTION_PREFIX = 'Microsoft.KeyVault/managedHsm/'

/** Without the prefix, as role definitions spell them: some end in `/action`, some do not. */
const SUFFIXES = [
  'keys/read/action',
  'keys/write/action',
  'keys/create',
  'keys/delete',
  'keys/import/action',
  'keys/export/action',
  'keys/release/action',
  'keys/backup/action',
  'keys/restore/action',
  'keys/rotate/action',
  'keys/derive/action',
  'keys/encrypt/action',
  'keys/decrypt/action',
  'keys/wrap/action',
  'keys/unwrap/action',
  'keys/sign/action',
  'keys/verify/action',
  'keys/deletedKeys/read/action',
  'keys/deletedKeys/recover/action',
  'keys/deletedKeys/delete',
  'roleAssignments/read/action',
  'roleAssignments/write/action',
  'roleAssignments/delete/action',
  'roleDefinitions/read/action',
  'roleDefinitions/write/action',
  'roleDefinitions/delete/action',
  'securitydomain/download/action',
  'securitydomain/download/read',
  'securitydomain/upload/action',
  'securitydomain/upload/read',
  'securitydomain/transferkey/read',
  'backup/start/action',
  'backup/status/action',
  'restore/start/action',
  'restore/status/action',
  'settings/read/action',
  'settings/write/action',
  'ekm/read/action',
  'ekm/write/action',
  'ekm/delete/action',
  'rng/action',
] as const

/** A data action without its prefix. */
export type DataActionSuffix = (typeof SUFFIXES)[number]

/** A data action: `Microsoft.KeyVault/managedHsm/keys/sign/action`. */
export type DataAction = `${typeof DATA_ACTION_PREFIX}${DataActionSuffix}`

/** Returns the data action of a suffix. */
export function dataAction<Suffix extends DataActionSuffix>(
  suffix: Suffix,
): `${typeof DATA_ACTION_PREFIX}${Suffix}` {
  return `${DATA_ACTION_PREFIX}${suffix}`
}

/**
 * Every data action that is known.
 *
 * `keys/derive/action` is in a built-in role, but no operation needs it. The three of `ekm` are inferred.
 *
 * @see Azure Key Vault data-plane API, role definitions: DataAction
 *
 * @example
 * ```ts
 * import { DATA_ACTIONS } from '@pocket-hsm/access'
 *
 * DATA_ACTIONS.includes('Microsoft.KeyVault/managedHsm/keys/sign/action') // true
 * ```
 */
export const DATA_ACTIONS: readonly DataAction[] = SUFFIXES.map((suffix) => dataAction(suffix))
