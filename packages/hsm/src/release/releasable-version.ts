/** Whether a version may leave the HSM at all, and to this target. */

import { admit, type ReleasePolicy } from '@pocket-hsm/lifecycle'
import { meetsPolicy } from '../keys/evaluate-policy.ts'
import { type FoundVersion, findVersion } from '../keys/find-version.ts'
import type { KeyReference } from '../keys/key-reference.ts'
import type { StepContext } from '../keys/key-step.ts'
import { parsePolicy } from '../keys/policy-grammar.ts'
import { releasePolicyOf } from '../keys/release-policy.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'
import type { AttestedTarget } from './attestation-token.ts'

/** A version that may be released, with its release policy. */
export interface ReleasableVersion extends FoundVersion {
  readonly releasePolicy: ReleasePolicy
}

/** Finds the version; throws if it is missing, disabled or not exportable. */
export function findReleasable(
  before: HsmKeyRecord | undefined,
  reference: KeyReference,
  context: StepContext,
): ReleasableVersion {
  const { record, version } = findVersion(before, reference, 'use', context)
  const circumstance = admit(version, 'release', context.now)
  if (circumstance !== undefined) throw context.refuse(circumstance, { operation: 'release' })
  const releasePolicy = releasePolicyOf(record, version, context.profile)
  if (!version.attributes.exportable || releasePolicy === undefined) {
    throw context.refuse('keyNotExportable', { operation: 'release' })
  }
  return { record, version, releasePolicy }
}

/** Finds the version; throws if it may not be released to this target. */
export function findReleasableTo(
  { issuer, claims }: AttestedTarget,
  record: HsmKeyRecord | undefined,
  reference: KeyReference,
  context: StepContext,
): ReleasableVersion {
  const releasable = findReleasable(record, reference, context)
  if (meetsPolicy(parsePolicy(releasable.releasePolicy.data), issuer, claims)) return releasable
  throw context.refuse('targetNotReleasable')
}
