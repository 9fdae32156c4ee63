/** From a reference to the version that it means. */

import { type Command, currentVersion, type KeyVersion, refusalOf } from '@pocket-hsm/lifecycle'
import type { HsmKeyRecord, StoredKey } from '../state/hsm-state.ts'
import type { KeyReference } from './key-reference.ts'
import type { StepContext } from './key-step.ts'

/** A version with the record that it belongs to. */
export interface FoundVersion {
  readonly record: HsmKeyRecord
  readonly version: KeyVersion<StoredKey>
}

/** Finds the version; throws the refusal of the life cycle, or `keyNotFound` for an unknown version. */
export function findVersion(
  record: HsmKeyRecord | undefined,
  { name, version }: KeyReference,
  command: Command,
  { refuse }: Pick<StepContext, 'refuse'>,
): FoundVersion {
  const refused = refusalOf(record?.state, command)
  if (refused !== undefined || record === undefined) {
    throw refuse(refused ?? 'keyNotFound', { reference: referenceOf(name, version) })
  }
  const found =
    version === undefined
      ? currentVersion(record)
      : record.versions.find((candidate) => candidate.version === version)
  if (found === undefined) throw refuse('keyNotFound', { reference: referenceOf(name, version) })
  return { record, version: found }
}

const referenceOf = (name: string, version: string | undefined): string =>
  version === undefined ? name : `${name}/${version}`
