/** The step that create, import and rotate share: a new version, within the limits of the HSM. */

import {
  addVersion,
  currentVersion,
  type KeyOperation,
  type NewVersion,
  refusalOf,
} from '@pocket-hsm/lifecycle'
import type { HsmKeyRecord, StoredKey } from '../state/hsm-state.ts'
import { type KeyBundle, keyBundle } from './bundles.ts'
import type { StepContext } from './key-step.ts'
import { newReleasePolicy, type ReleasePolicyInput } from './release-policy.ts'

/** What a step needs to add a version. */
export interface NewVersionInput {
  readonly command: 'create' | 'import' | 'rotate'
  readonly name: string
  readonly material: StoredKey
  readonly keyOps: readonly KeyOperation[]
  readonly attributes: NewVersion<StoredKey>['attributes']
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly releasePolicy?: ReleasePolicyInput | undefined
}

/** Throws the refusal that the new version would meet; ask before the slow work of making a key. */
export function checkMayAddVersion(
  record: HsmKeyRecord | undefined,
  command: NewVersionInput['command'],
  { refuse, limits, keyCount }: StepContext,
): void {
  const refused = refusalOf(record?.state, command)
  if (refused !== undefined) throw refuse(refused)
  if (record === undefined && keyCount >= limits.keys) {
    throw refuse('keyLimitReached', { limit: limits.keys })
  }
  if (record !== undefined && record.versions.length >= limits.versions) {
    throw refuse('versionLimitReached', { limit: limits.versions })
  }
}

/** The versions of a key are all external, or none is. */
export function checkSameOrigin(
  record: HsmKeyRecord | undefined,
  isExternal: boolean,
  { refuse }: Pick<StepContext, 'refuse'>,
): void {
  if (record === undefined) return
  const wasExternal = currentVersion(record).material.external !== undefined
  if (wasExternal !== isExternal) throw refuse(wasExternal ? 'keyIsExternal' : 'keyIsNotExternal')
}

/** Adds the version and returns its bundle. */
export function newVersionStep(
  record: HsmKeyRecord | undefined,
  input: NewVersionInput,
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: KeyBundle } {
  const { command, name, material, keyOps, attributes, tags } = input
  checkMayAddVersion(record, command, context)
  checkSameOrigin(record, material.external !== undefined, context)
  const releasePolicy = newReleasePolicy(record, { kty: material.kty, ...input }, context)
  const version = {
    name,
    version: context.newVersionId(record?.versions.length ?? 0),
    material,
    keyOps,
    attributes,
    ...(tags && { tags }),
    ...(releasePolicy && { releasePolicy }),
  }
  const outcome = addVersion(record, command, version, context.now)
  if ('refused' in outcome) throw context.refuse(outcome.refused)
  return { record: outcome.record, result: keyBundle(outcome.record, context) }
}
