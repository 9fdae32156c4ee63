/** Full restore of a Managed HSM: what PUT /restore does with what it has read from storage. */

import { waitsForTime } from '@pocket-hsm/lifecycle'
import { wholeSeconds } from '../engine/apply-due-changes.ts'
import { readInstant } from '../engine/audit-context.ts'
import type { Engine, Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { serviceError } from '../service/error-texts.ts'
import { allKeys } from '../state/find-keys.ts'
import { EMPTY_STATE, type HsmState, withEntry } from '../state/hsm-state.ts'
import { emptyMap, entriesAfter } from '../state/sorted-map.ts'
import { withMembersThatStay } from '../state-export/administration-json.ts'
import { withChanges } from '../state-export/state-json.ts'
import { checkBlobs, type FullBackupBlob } from './layout.ts'
import { checkHasFullBackup, openBackupState } from './sealed-backup.ts'

/**
 * Restores a whole Managed HSM from a full backup: what the HSM held is gone, and it holds what the backup holds.
 *
 * All or nothing. What belongs to the HSM itself stays: its address, seed, clock, jobs and activation. A rotation that
 * fell due after the backup happens now. Listeners get no events of the keys that are replaced.
 *
 * @param blobs - Those of {@link exportFullBackup}, in any order; blobs with other names are ignored.
 * @throws {@link HsmError} 400 `MalformedBackupBlob` - a backup of another security domain, or one that is damaged or
 *   incomplete.
 * @throws {@link HsmError} 403 `Forbidden` - it has more keys or versions than the limits of this HSM allow.
 * @throws {@link HsmError} 400 `BadParameter` - not a list of blobs, or an HSM that behaves like a vault.
 * @see Managed HSM REST API, Full Restore Operation
 *
 * @example
 * ```ts
 * import { createHsm, createKey, createSecurityDomain, exportFullBackup, importFullBackup, listKeys } from 'pocket-hsm'
 *
 * const securityDomain = createSecurityDomain()
 * const here = createHsm({ securityDomain })
 * createKey(here, 'orders', { kty: 'oct-HSM' })
 * const there = createHsm({ securityDomain, baseUrl: 'https://other.managedhsm.azure.net' })
 * importFullBackup(there, exportFullBackup(here).blobs)
 * listKeys(there).value.length // 1
 * ```
 */
export function importFullBackup(hsm: Hsm, blobs: readonly FullBackupBlob[]): void {
  runOperation(hsm, 'importFullBackup', (call) => {
    const { engine } = call
    checkHasFullBackup(engine)
    checkBlobs(blobs)
    const now = wholeSeconds(readInstant(call))
    const restored = restoredState(engine, blobs)
    checkLimits(engine, restored)
    // What is replaced has to be known.
    allKeys(engine.state)
    engine.state = withMembersThatStay(fromNowOn(engine, restored, now), engine.state)
  })
}

function restoredState(engine: Engine, blobs: readonly FullBackupBlob[]): HsmState {
  const { head, items } = openBackupState(engine, blobs)
  const state = withChanges(EMPTY_STATE, engine, items, head)
  // How often a name was purged is counted under a seed only.
  const incarnations = engine.seed && (state.incarnations ?? emptyMap<number>())
  return { ...state, incarnations }
}

function checkLimits({ limits, profile }: Engine, { keys }: HsmState): void {
  if (keys.size > limits.keys) {
    throw serviceError('keyLimitReached', profile.family, { limit: limits.keys })
  }
  for (const [, { record }] of entriesAfter(keys)) {
    if (record.versions.length <= limits.versions) continue
    const facts = { name: record.name, limit: limits.versions }
    throw serviceError('versionLimitReached', profile.family, facts)
  }
}

/** The states in which a restored key rotates, at once or when its recovery has completed. */
const ROTATING_STATES: ReadonlySet<string> = new Set(['active', 'recovering'])

/** A rotation or an expiry that fell due after the backup happens now, not while the key was in a file. */
function fromNowOn(engine: Engine, state: HsmState, now: number): HsmState {
  let next = state
  for (const [, entry] of entriesAfter(state.keys)) {
    const { record } = entry
    if (!ROTATING_STATES.has(record.state) || !waitsForTime(record)) continue
    const recoveredAt = Math.max(now, record.settlesAt ?? now)
    next = withEntry(next, engine, { ...entry, record: { ...record, recoveredAt } })
  }
  return next
}
