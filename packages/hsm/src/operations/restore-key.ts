/** Restore key: POST /keys/restore. */

import { currentVersion, refusalOf, waitsForTime } from '@pocket-hsm/lifecycle'
import { openBackup } from '../backup/backup-blob.ts'
import { readNewName } from '../engine/audit-context.ts'
import type { Engine, Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import { badParameter } from '../hsm-error.ts'
import { type KeyBundle, keyBundle, keyIdentifier } from '../keys/bundles.ts'
import { parseKeyType } from '../keys/key-parameters.ts'
import type { StepContext } from '../keys/key-step.ts'
import { serviceError } from '../service/error-texts.ts'
import { domainInUse } from '../state/activation.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/**
 * Restores a key from a backup: its name, versions, identifiers, instants, attributes, tags and policies as they
 * were.
 *
 * All or nothing: a blob that is damaged anywhere restores nothing.
 *
 * @param backup - What {@link backupKey} returned, on this HSM or on one that shares its security domain.
 * @returns The bundle of the current version.
 * @throws {@link HsmError} 400 `MalformedBackupBlob` - a blob of another security domain, or a damaged one.
 * @throws {@link HsmError} 409 `Conflict` - an active key has the name.
 * @throws {@link HsmError} 409 `Conflict` (`ObjectIsDeletedButRecoverable`) - a deleted key holds the name.
 * @throws {@link HsmError} 400 `BadParameter` (`KeyTypeNotSupported`) - a type that the profile does not have.
 * @throws {@link HsmError} 403 `Forbidden` - the limit of keys or versions would be passed.
 * @see Key Vault REST API, Restore Key
 *
 * @example
 * ```ts
 * import { backupKey, createHsm, createKey, HsmError, restoreKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'oct-HSM' })
 * const backup = backupKey(hsm, 'orders')
 * const stranger = createHsm()
 * try {
 *   restoreKey(stranger, backup)
 * } catch (error) {
 *   if (!(error instanceof HsmError)) throw error
 *   error.code // 'MalformedBackupBlob'
 * }
 * ```
 */
export function restoreKey(hsm: Hsm, backup: Uint8Array): KeyBundle {
  return runOperation(hsm, 'restoreKey', (call) => {
    if (!(backup instanceof Uint8Array)) throw badParameter('The backup must be a Uint8Array.')
    const { engine } = call
    const restored = openBackup(backup, domainInUse(engine))
    if ('refused' in restored) throw serviceError(restored.refused, engine.profile.family, {})
    readNewName(call, restored.name)
    checkTypes(engine, restored)
    return runStep(call, restored.name, restoreKeyStep, restored)
  })
}

/** Stores a key that was read from a backup, under its own name. */
export function restoreKeyStep(
  record: HsmKeyRecord | undefined,
  restored: HsmKeyRecord,
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: KeyBundle } {
  const refused = refusalOf(record?.state, 'restore')
  if (refused !== undefined) {
    const kid = keyIdentifier(restored, context, currentVersion(restored))
    throw context.refuse(refused, { kid })
  }
  const { limits } = context
  if (context.keyCount >= limits.keys)
    throw context.refuse('keyLimitReached', { limit: limits.keys })
  if (restored.versions.length > limits.versions) {
    throw context.refuse('versionLimitReached', { limit: limits.versions })
  }
  // A rotation or an expiry that fell due meanwhile happens now, not while the key was in a file.
  const next = waitsForTime(restored) ? { ...restored, recoveredAt: context.now } : restored
  return { record: next, result: keyBundle(next, context) }
}

/** A key keeps its type when it is restored, so the profile must have it. */
function checkTypes({ profile }: Engine, record: HsmKeyRecord): void {
  for (const { material } of record.versions) {
    const made = parseKeyType(profile, material.kty)
    if (made !== material.kty) {
      throw serviceError('keyTypeNotSupported', profile.family, { kty: material.kty })
    }
  }
}
