/** Every rule that can refuse, with the service's status, codes and texts. */

import type {
  Circumstance,
  LifeCycleRefusal,
  RotationPolicyRefusal,
  UpdateRefusal,
} from '@pocket-hsm/lifecycle'
import { HsmError, shortened } from '../hsm-error.ts'
import { ADMINISTRATION_REFUSALS, type AdministrationRule } from './administration-texts.ts'
import { EXTERNAL_KEY_REFUSALS, type ExternalKeyRule } from './external-key-texts.ts'
import type { ServiceFamily } from './profiles.ts'
import { badRequest, conflict, forbidden, type RefusalRow } from './refusal-row.ts'

/** The rules by name: the life cycle's own and those of the facade. */
export type RefusalRule =
  | LifeCycleRefusal
  | Circumstance
  | UpdateRefusal
  | RotationPolicyRefusal
  | 'notifyNotSupported'
  | 'rotationPolicyMissing'
  | 'keyLimitReached'
  | 'versionLimitReached'
  | 'tooManyVersionsToBackUp'
  | 'foreignBackupBlob'
  | 'damagedBackupBlob'
  | 'keyTypeNotSupported'
  | 'hardwareKeyNotAllowed'
  | 'keyOperationsNotSupported'
  | 'curveMismatch'
  | 'operationInPath'
  | 'invalidProperty'
  | 'invalidJwk'
  | 'invalidKey'
  | 'exportableNotSupported'
  | 'exportableOfKeyFixed'
  | 'exportableSoftwareKey'
  | 'releasePolicyMissing'
  | 'releasePolicyUnexpected'
  | 'releasePolicyVersioned'
  | 'keyNotExportable'
  | 'targetNotVerified'
  | 'targetNotReleasable'
  | AdministrationRule
  | ExternalKeyRule

/** The facts that texts are filled with: `{name}` in a text is replaced by the fact `name`. */
export interface ErrorFacts {
  /** The key's name. */
  readonly name?: string
  /** The name, with the version if one was asked for. */
  readonly reference?: string
  readonly operation?: string
  readonly baseUrl?: string
  readonly container?: string
  readonly kty?: string
  /** The kind of a key without its protection: `RSA`, `EC`, `oct` or `AKP`. */
  readonly kind?: string
  readonly kid?: string
  readonly alg?: string
  /** The curve of a key, and the one that an algorithm needs. */
  readonly crv?: string
  readonly neededCrv?: string
  /** The method of a request. */
  readonly method?: string
  /** Operations in quotation marks, with commas between. */
  readonly operations?: string
  readonly supported?: string
  readonly limit?: number
  /** The data action that a caller lacks, and the resource. */
  readonly action?: string
  readonly scope?: string
  /** What has a GUID as its name: `definition` or `assignment`. */
  readonly what?: string
  /** What the text does not say: becomes the error's cause. */
  readonly cause?: Error
}

const deletedKeyNotFound = 'Key not found: {baseUrl}/deletedkeys/{name}'

/** The texts. docs/parity.md says which of them are recorded and which are inferred. */
const REFUSALS: Readonly<Record<RefusalRule, RefusalRow>> = {
  keyNotFound: {
    status: 404,
    code: 'KeyNotFound',
    message:
      'A key with (name/id) {reference} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182',
    managedHsm: 'Key not found: {baseUrl}/keys/{reference}',
  },
  deletedKeyNotFound: {
    status: 404,
    code: 'KeyNotFound',
    message: 'Deleted Key not found: {name}',
    managedHsm: deletedKeyNotFound,
  },
  keyToRecoverNotFound: {
    status: 404,
    code: 'KeyNotFound',
    message: 'Key not found: {name}',
    managedHsm: deletedKeyNotFound,
  },
  keyExists: conflict(
    "There was a conflict restoring the key '{kid}'. This can happen if either: a second key with the same name was created after the first key was deleted; thus trying to restore a key whose name is already in use. To fix this, rename the second key to something else so that the restore works. The second probable cause of this exception is when multiple operations are performed in parallel against the key. To avoid this error, perform operations against a key in a sequential manner.",
  ),
  nameIsDeleted: conflict(
    'Key {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the key can only be recovered or purged.',
    'ObjectIsDeletedButRecoverable',
  ),
  nameIsBeingDeleted: conflict(
    'Key {name} is currently being deleted and cannot be re-created; retry later.',
    'ObjectIsBeingDeleted',
  ),
  nameIsBeingRecovered: conflict(
    'Key {name} is currently being recovered and cannot be re-created; retry later.',
    'ObjectIsBeingRecovered',
  ),
  deletionInProgress: conflict('Key is currently being deleted.', 'ObjectIsBeingDeleted'),
  recoveryInProgress: conflict('Key is currently being recovered.', 'ObjectIsBeingRecovered'),
  purgeProtected: forbidden(
    'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.\r\nVault: {container};location=local',
  ),
  keyDisabled: forbidden('Operation {operation} is not allowed on a disabled key.', 'KeyDisabled'),
  keyNotYetValid: forbidden(
    'Operation {operation} is not allowed on a key that is not yet valid.',
    'KeyNotYetValid',
  ),
  keyExpired: forbidden('Operation {operation} is not allowed on an expired key.', 'KeyExpired'),
  operationNotPermitted: forbidden(
    'Operation {operation} is not permitted on this key.',
    'KeyOperationForbidden',
  ),
  exportableNotSupported: badRequest(
    "AKV.SKR.1001: The exportable attribute is only supported with premium vaults and API version >= '7.3-preview'.",
  ),
  exportableOfKeyFixed: badRequest(
    'AKV.SKR.1003: The exportable attribute of an existing key cannot be changed.',
  ),
  releasePolicyMissing: {
    ...badRequest('AKV.SKR.1004: Exportable keys must have release policy.'),
    managedHsm: 'Exportable keys must have release policy',
  },
  releasePolicyUnexpected: badRequest(
    'AKV.SKR.1005: Non-exportable keys must not have release policy.',
  ),
  exportableSoftwareKey: badRequest('AKV.SKR.1006: Software keys cannot be exportable.'),
  exportableFixed: badRequest('AKV.SKR.1014: Cannot modify the exportable state of a key.'),
  releasePolicyImmutable: badRequest(
    'AKV.SKR.1020: Immutable Key Release Policy cannot be modified.',
  ),
  releasePolicyVersioned: badRequest(
    'AKV.SKR.1016: Key Release Policy can only be set on versionless key',
  ),
  keyNotExportable: forbidden('Operation {operation} is not allowed on a non-exportable key.'),
  targetNotVerified: forbidden(
    'Target environment attestation statement cannot be verified.',
    'AccessDenied',
  ),
  targetNotReleasable: forbidden(
    'Target environment attestation does not meet key release policy requirements.',
    'AccessDenied',
  ),
  durationInvalid: badRequest(
    'A duration of a rotation policy must be ISO 8601 of years, months and days, such as P90D or P2Y.',
  ),
  triggerInvalid: badRequest(
    'A lifetime action must have exactly one trigger: timeAfterCreate or timeBeforeExpiry.',
  ),
  actionRepeated: badRequest('A rotation policy takes at most one action of each type.'),
  notifyAfterCreate: badRequest('A Notify action takes a timeBeforeExpiry trigger alone.'),
  expiryTooShort: badRequest('expiryTime must be at least {limit} days.'),
  rotationTooEarly: badRequest('A key must rotate at least {limit} days after its creation.'),
  rotationTooLate: badRequest('A key must rotate at least {limit} days before its expiry.'),
  notifyNotSupported: badRequest('A Managed HSM does not support Notify actions.'),
  rotationPolicyMissing: badRequest('Key {name} has no rotation policy.'),
  keyLimitReached: forbidden('The limit of {limit} keys has been reached.'),
  versionLimitReached: forbidden('Key {name} has reached the limit of {limit} versions.'),
  tooManyVersionsToBackUp: badRequest(
    'Key {name} has more than {limit} versions and cannot be backed up.',
  ),
  foreignBackupBlob: {
    status: 400,
    code: 'MalformedBackupBlob',
    message:
      'Backup blob belongs to a different crypto domain and cannot be used with this instance.',
  },
  damagedBackupBlob: {
    status: 400,
    code: 'MalformedBackupBlob',
    message: 'Backup blob contains invalid or corrupt version.',
  },
  keyTypeNotSupported: {
    status: 400,
    code: 'BadParameter',
    innerCode: 'KeyTypeNotSupported',
    message: 'Invalid kty value: {kty}',
  },
  hardwareKeyNotAllowed: forbidden('Hardware key operation not allowed on standard vault'),
  keyOperationsNotSupported: badRequest(
    'Unsupported key operation(s): {operations}. Supported values are {supported}.',
  ),
  curveMismatch: badRequest(
    "Key and signing algorithm are incompatible. Key {kid} uses curve '{crv}', and algorithm '{alg}' can only be used with curve '{neededCrv}'.",
  ),
  operationInPath: badRequest("Method {method} does not allow operation '{operation}'"),
  // The two blanks are the service's own.
  invalidProperty: badRequest('Property  has invalid value\r\n'),
  ...ADMINISTRATION_REFUSALS,
  ...EXTERNAL_KEY_REFUSALS,
  invalidJwk: badRequest('The property "key" must be a valid JsonWebKey object.'),
  invalidKey: badRequest('{kind} key is not valid - cannot instantiate crypto service'),
}

const OAEP_FAILURE = 'Error occurred while decoding OAEP padding.'

/** The texts of failed paddings that were recorded, by algorithm. */
const PADDING_FAILURES: Readonly<Record<string, string>> = {
  'RSA-OAEP': OAEP_FAILURE,
  'RSA-OAEP-256': OAEP_FAILURE,
}

/**
 * The one text of an algorithm for every failed padding, tag, integrity check and length: a caller learns nothing about
 * which of them failed.
 *
 * @param alg - The algorithm that was asked for, where there is one.
 */
export function cryptographicFailure(alg: string | undefined): string {
  const known = alg !== undefined && Object.hasOwn(PADDING_FAILURES, alg)
  return (known && PADDING_FAILURES[alg]) || 'The parameter is incorrect.'
}

/** Makes the error of a rule, its text filled with the facts. */
export function serviceError(
  rule: RefusalRule,
  family: ServiceFamily,
  facts: ErrorFacts,
): HsmError {
  const row = REFUSALS[rule]
  const text = (family === 'managed-hsm' ? row.managedHsm : undefined) ?? row.message
  const message = text.replace(/\{(\w+)\}/g, (_, fact) => String(facts[fact as keyof ErrorFacts]))
  return new HsmError({
    status: row.status,
    code: row.code,
    message: shortened(message),
    ...(row.innerCode !== undefined && { innerCode: row.innerCode }),
    ...(facts.cause !== undefined && { cause: facts.cause }),
  })
}
