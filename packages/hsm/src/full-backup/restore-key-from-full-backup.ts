/** Selective restore: one key of a full backup, PUT /keys/{name}/restore. */

import { readNewName } from '../engine/audit-context.ts'
import type { Engine, Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import type { KeyBundle } from '../keys/bundles.ts'
import { restoreKeyStep } from '../operations/restore-key.ts'
import { serviceError } from '../service/error-texts.ts'
import { isExternalKeyInUse } from '../state/find-external-key.ts'
import { findEntry } from '../state/find-keys.ts'
import { EMPTY_STATE, type HsmKeyRecord, nameKey } from '../state/hsm-state.ts'
import { getValue } from '../state/sorted-map.ts'
import { withChanges } from '../state-export/state-json.ts'
import { checkBlobs, type FullBackupBlob } from './layout.ts'
import { checkHasFullBackup, openBackupState } from './sealed-backup.ts'

/**
 * Restores one key from a full backup, with all its versions, attributes, tags and policies. Other keys are not touched.
 *
 * All or nothing: the whole backup is checked before the key is stored.
 *
 * @param name - The key's name, compared without regard to case.
 * @param blobs - Those of {@link exportFullBackup}, in any order; blobs with other names are ignored.
 * @returns The bundle of the current version.
 * @throws {@link HsmError} 404 `KeyNotFound` - the backup has no such key, or has it as a deleted one.
 * @throws {@link HsmError} 409 `Conflict` - the HSM has an active key of the name.
 * @throws {@link HsmError} 409 `Conflict` (`ObjectIsDeletedButRecoverable`) - a deleted key holds the name: purge it first.
 * @throws {@link HsmError} 409 `Conflict` - an external key that a version of another key refers to.
 * @throws {@link HsmError} 400 `MalformedBackupBlob` - a backup of another security domain, or one that is damaged or
 *   incomplete.
 * @throws {@link HsmError} 403 `Forbidden` - the limit of keys or versions would be passed.
 * @throws {@link HsmError} 400 `BadParameter` - an illegal name, not a list of blobs, or an HSM that behaves like a vault.
 * @see Managed HSM REST API, Selective Key Restore Operation
 *
 * @example
 * ```ts
 * import {
 *   createHsm, createKey, deleteKey, exportFullBackup, purgeDeletedKey, restoreKeyFromFullBackup,
 * } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const { key } = createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const { blobs } = exportFullBackup(hsm)
 * deleteKey(hsm, 'orders')
 * purgeDeletedKey(hsm, 'orders')
 * restoreKeyFromFullBackup(hsm, 'orders', blobs).key.kid === key.kid // true
 * ```
 */
export function restoreKeyFromFullBackup(
  hsm: Hsm,
  name: string,
  blobs: readonly FullBackupBlob[],
): KeyBundle {
  return runOperation(hsm, 'restoreKeyFromFullBackup', (call) => {
    const { engine } = call
    checkHasFullBackup(engine)
    const asked = readNewName(call, name)
    checkBlobs(blobs)
    const { head, items } = openBackupState(engine, blobs)
    const { keys } = withChanges(EMPTY_STATE, engine, items, head)
    const record: HsmKeyRecord | undefined = getValue(keys, nameKey(asked))?.record
    if (record?.state !== 'active') {
      throw serviceError('keyNotFound', engine.profile.family, { name: asked, reference: asked })
    }
    checkExternalKeys(engine, record)
    return runStep(call, record.name, restoreKeyStep, record)
  })
}

/** An external key belongs to one version, also where the HSM has given it to another key since the backup. */
function checkExternalKeys({ state, profile }: Engine, { name, versions }: HsmKeyRecord): void {
  // The step says what is wrong with the name.
  if (findEntry(state, nameKey(name)) !== undefined) return
  for (const { material } of versions) {
    const id = material.external?.id
    if (id === undefined || !isExternalKeyInUse(state, id)) continue
    throw serviceError('externalKeyInUse', profile.family, { reference: id })
  }
}
