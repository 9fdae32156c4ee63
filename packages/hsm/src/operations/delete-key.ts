/** Delete key: DELETE /keys/{name}. */

import { deleteKey as deleteRecord } from '@pocket-hsm/lifecycle'
import { readName } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import { type DeletedKeyBundle, deletedKeyBundle } from '../keys/bundles.ts'
import type { StepContext } from '../keys/key-step.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/**
 * Deletes a key softly, with all its versions: it can be recovered until `scheduledPurgeDate`.
 *
 * Until then its name stays taken and it can do nothing else. All or nothing.
 *
 * @param name - The key's name or identifier; a version in it is not looked at.
 * @returns The bundle of its current version, with the facts of the deletion.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key, or one that is deleted already.
 * @see Key Vault REST API, Delete Key
 *
 * @example
 * ```ts
 * import { createHsm, createKey, deleteKey } from 'pocket-hsm'
 *
 * const hsm = createHsm({ softDeleteRetentionDays: 7 })
 * createKey(hsm, 'orders', { kty: 'oct-HSM' })
 * const { deletedDate, scheduledPurgeDate } = deleteKey(hsm, 'orders')
 * scheduledPurgeDate - deletedDate // 604800
 * ```
 */
export function deleteKey(hsm: Hsm, name: string): DeletedKeyBundle {
  return runOperation(hsm, 'deleteKey', (call) =>
    runStep(call, readName(call, name), deleteKeyStep, undefined),
  )
}

function deleteKeyStep(
  record: HsmKeyRecord | undefined,
  _: undefined,
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: DeletedKeyBundle } {
  const outcome = deleteRecord(record, context.container, context.now)
  if ('refused' in outcome) throw context.refuse(outcome.refused)
  return { record: outcome.record, result: deletedKeyBundle(outcome.record, context) }
}
