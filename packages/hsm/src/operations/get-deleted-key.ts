/** Get deleted key: GET /deletedkeys/{name}. */

import { refusalOf } from '@pocket-hsm/lifecycle'
import { readDeletedName } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import { type DeletedKeyBundle, deletedKeyBundle } from '../keys/bundles.ts'
import type { StepContext } from '../keys/key-step.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/**
 * Reads a deleted key and when it was deleted.
 *
 * @param name - The key's name, identifier or `recoveryId`.
 * @throws {@link HsmError} 404 `KeyNotFound` - no deleted key of that name: active, purged or never there.
 * @see Key Vault REST API, Get Deleted Key
 *
 * @example
 * ```ts
 * import { createHsm, createKey, deleteKey, getDeletedKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'oct-HSM' })
 * deleteKey(hsm, 'orders')
 * getDeletedKey(hsm, 'orders').recoveryId // 'https://pocket.managedhsm.azure.net/deletedkeys/orders'
 * ```
 */
export function getDeletedKey(hsm: Hsm, name: string): DeletedKeyBundle {
  return runOperation(hsm, 'getDeletedKey', (call) =>
    runStep(call, readDeletedName(call, name), getDeletedKeyStep, undefined),
  )
}

function getDeletedKeyStep(
  record: HsmKeyRecord | undefined,
  _: undefined,
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: DeletedKeyBundle } {
  const refused = refusalOf(record?.state, 'getDeleted')
  if (refused !== undefined || record === undefined) {
    throw context.refuse(refused ?? 'deletedKeyNotFound')
  }
  return { record, result: deletedKeyBundle(record, context) }
}
