/** The content of a full backup: the items of a state export without what belongs to the host, under its own kind. */

import type { Engine } from '../engine/hsm.ts'
import { badParameter, HsmError } from '../hsm-error.ts'
import { type RefusalRule, serviceError } from '../service/error-texts.ts'
import { domainInUse } from '../state/activation.ts'
import { EMPTY_STATE, type HsmState } from '../state/hsm-state.ts'
import { withMembersThatStay } from '../state-export/administration-json.ts'
import { openItems, sealInParts } from '../state-export/sealed-items.ts'
import { type CountersJson, countersOf, serializeChanges } from '../state-export/state-json.ts'
import { type FullBackupBlob, joinBlobs } from './layout.ts'

/** The first item of a backup. */
export type BackupHeadJson = CountersJson

/** A backup that is being read: its items come one by one, and all must come before anything of them is kept. */
export interface OpenBackup {
  readonly head: BackupHeadJson
  readonly items: Iterable<string>
}

/** Seals a state, part by part: none takes longer to make than some milliseconds, however many keys there are. */
export function sealBackupState(
  { securityDomain }: Pick<Engine, 'securityDomain'>,
  state: HsmState,
): Generator<Uint8Array, string> {
  const saved = withMembersThatStay(state, EMPTY_STATE)
  return sealInParts('full-backup', domainInUse({ state, securityDomain }), items())

  function* items(): Generator<string, undefined> {
    yield JSON.stringify(countersOf(saved) satisfies BackupHeadJson)
    yield* serializeChanges(EMPTY_STATE, saved)
  }
}

/** Opens a backup. A foreign domain and damage have different errors; every kind of damage has the same. */
export function openBackupState(engine: Engine, blobs: readonly FullBackupBlob[]): OpenBackup {
  const { family } = engine.profile
  const bytes = joinBlobs(blobs)
  if (bytes === undefined) throw serviceError('damagedBackupBlob', family, {})
  const items = inServiceWords(openItems('full-backup', domainInUse(engine), bytes), engine)
  const head = JSON.parse(items.next().value as string) as BackupHeadJson
  return { head, items }
}

function* inServiceWords(
  items: Generator<string, undefined>,
  { profile }: Engine,
): Generator<string, undefined> {
  try {
    yield* items
  } catch (error) {
    const rule = error instanceof HsmError ? RULES[error.code] : undefined
    throw rule === undefined ? error : serviceError(rule, profile.family, {})
  }
}

const RULES: Readonly<Record<string, RefusalRule>> = {
  StateDamaged: 'damagedBackupBlob',
  StateOfAnotherKind: 'damagedBackupBlob',
  StateFormatUnknown: 'damagedBackupBlob',
  StateOfAnotherDomain: 'foreignBackupBlob',
}

/** A vault has no full backup. */
export function checkHasFullBackup({ profile }: Engine): void {
  if (profile.family === 'managed-hsm') return
  throw badParameter('A vault has no full backup; only a Managed HSM does.')
}
