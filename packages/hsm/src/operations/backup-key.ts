/** Backup key: POST /keys/{name}/backup. */

import { currentVersion } from '@pocket-hsm/lifecycle'
import { sealBackup } from '../backup/backup-blob.ts'
import { readName } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import { findVersion } from '../keys/find-version.ts'
import type { StepContext } from '../keys/key-step.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/**
 * Backs up a key with every version, attribute, tag and policy.
 *
 * The blob is encrypted and authenticated under the HSM's security domain: only an HSM that shares the
 * domain can restore it. It outlives the deletion and the purge of the key.
 *
 * @param name - The key's name or identifier; a version in it is not looked at.
 * @returns The blob: a JWE in compact form, as ASCII bytes.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key, or a deleted one.
 * @throws {@link HsmError} 400 `BadParameter` - an external key, or in a vault a key of more than 500 versions.
 * @see Key Vault REST API, Backup Key; RFC 7516
 *
 * @example
 * ```ts
 * import { backupKey, createHsm, createKey, deleteKey, purgeDeletedKey, restoreKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const { key } = createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const backup = backupKey(hsm, 'orders')
 * deleteKey(hsm, 'orders')
 * purgeDeletedKey(hsm, 'orders')
 * restoreKey(hsm, backup).key.kid === key.kid // true
 * ```
 */
export function backupKey(hsm: Hsm, name: string): Uint8Array {
  return runOperation(hsm, 'backupKey', (call) =>
    runStep(call, readName(call, name), backupKeyStep, undefined),
  )
}

function backupKeyStep(
  before: HsmKeyRecord | undefined,
  _: undefined,
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: Uint8Array } {
  const { record } = findVersion(before, { name: before?.name ?? '' }, 'backup', {
    refuse: (rule) => context.refuse(rule),
  })
  if (currentVersion(record).material.external !== undefined) {
    throw context.refuse('externalKeyUnsupported', { operation: 'backup' })
  }
  const limit = context.profile.maxBackedUpVersions
  if (record.versions.length > limit) throw context.refuse('tooManyVersionsToBackUp', { limit })
  return { record, result: sealBackup(record, context.securityDomain, context.random) }
}
