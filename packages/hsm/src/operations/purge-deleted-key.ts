/** Purge deleted key: DELETE /deletedkeys/{name}. */

import { purgeKey } from '@pocket-hsm/lifecycle'
import { readDeletedName } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import type { StepContext } from '../keys/key-step.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/**
 * Purges a deleted key: its bytes are gone from the HSM. Its name is free at once, or `settlingSeconds` later.
 *
 * A backup made before can still be restored. All or nothing.
 *
 * @param name - The key's name, identifier or `recoveryId`.
 * @throws {@link HsmError} 404 `KeyNotFound` - no deleted key of that name: active, purged or never there.
 * @throws {@link HsmError} 403 `Forbidden` - the HSM has purge protection.
 * @see Key Vault REST API, Purge Deleted Key
 *
 * @example
 * ```ts
 * import { createHsm, createKey, deleteKey, listDeletedKeys, purgeDeletedKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'oct-HSM' })
 * deleteKey(hsm, 'orders')
 * purgeDeletedKey(hsm, 'orders')
 * listDeletedKeys(hsm).value // []
 * ```
 */
export function purgeDeletedKey(hsm: Hsm, name: string): void {
  runOperation(hsm, 'purgeDeletedKey', (call) =>
    runStep(call, readDeletedName(call, name), purgeDeletedKeyStep, undefined),
  )
}

function purgeDeletedKeyStep(
  record: HsmKeyRecord | undefined,
  _: undefined,
  context: StepContext,
): { readonly record: HsmKeyRecord | undefined; readonly result: undefined } {
  const outcome = purgeKey(record, context.container, context.now)
  if ('refused' in outcome) throw context.refuse(outcome.refused)
  return { record: outcome.record, result: undefined }
}
