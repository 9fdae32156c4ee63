/** Recover deleted key: POST /deletedkeys/{name}/recover. */

import { recoverKey } from '@pocket-hsm/lifecycle'
import { readDeletedName } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import { type KeyBundle, keyBundle } from '../keys/bundles.ts'
import type { StepContext } from '../keys/key-step.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/**
 * Brings a deleted key back, with every version, attribute and tag as they were. All or nothing.
 *
 * @param name - The key's name, identifier or `recoveryId`.
 * @returns The bundle of its current version.
 * @throws {@link HsmError} 404 `KeyNotFound` - no deleted key of that name: active, purged or never there.
 * @see Key Vault REST API, Recover Deleted Key
 *
 * @example
 * ```ts
 * import { createHsm, createKey, deleteKey, recoverDeletedKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const { key } = createKey(hsm, 'orders', { kty: 'oct-HSM' })
 * deleteKey(hsm, 'orders')
 * recoverDeletedKey(hsm, 'orders').key.kid === key.kid // true
 * ```
 */
export function recoverDeletedKey(hsm: Hsm, name: string): KeyBundle {
  return runOperation(hsm, 'recoverDeletedKey', (call) =>
    runStep(call, readDeletedName(call, name), recoverDeletedKeyStep, undefined),
  )
}

function recoverDeletedKeyStep(
  record: HsmKeyRecord | undefined,
  _: undefined,
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: KeyBundle } {
  const outcome = recoverKey(record, context.container, context.now)
  if ('refused' in outcome) throw context.refuse(outcome.refused)
  return { record: outcome.record, result: keyBundle(outcome.record, context) }
}
