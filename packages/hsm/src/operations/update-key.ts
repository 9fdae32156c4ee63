/** Update key: PATCH /keys/{name}/{version}. */

import { type KeyOperation, updateVersion } from '@pocket-hsm/lifecycle'
import { readReference } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import { type KeyBundle, keyBundle } from '../keys/bundles.ts'
import { findVersion } from '../keys/find-version.ts'
import { NEW_KEY_OPTIONS } from '../keys/key-options.ts'
import {
  checkWindow,
  type NewKeyParameters,
  parseAttributes,
  parseExternalKeyOps,
  parseKeyOps,
  parseTags,
} from '../keys/key-parameters.ts'
import type { KeyReference } from '../keys/key-reference.ts'
import type { StepContext } from '../keys/key-step.ts'
import { type ReleasePolicyInput, updatedReleasePolicy } from '../keys/release-policy.ts'
import { checkOptions } from '../options/check-options.ts'
import type { HsmKeyRecord, StoredKey } from '../state/hsm-state.ts'

/** What to change: an absent member leaves its property as it is. */
export interface UpdateKeyParameters extends NewKeyParameters {
  /** Replaces the list. */
  readonly keyOps?: readonly KeyOperation[] | undefined
  /** Replaces the whole set; `{}` clears it. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Replaces the policy of an exportable key, unless that is immutable. In a vault it is the whole key's. */
  readonly releasePolicy?: ReleasePolicyInput | undefined
}

/**
 * Changes the attributes, tags, permitted operations or release policy of one version.
 *
 * Attributes are merged member by member, tags and `keyOps` replaced; works on a disabled or expired
 * key too. `created` stays, `updated` becomes now. All or nothing.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier.
 * @throws {@link HsmError} 400 `BadParameter` - a value that the service does not take, or a change of
 *   `exportable`, which is fixed with the first version, or of the external key; a release policy for a key that is not exportable, outside
 *   its grammar, in place of an immutable one, or in a vault for a single version.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @see Key Vault REST API, Update Key
 *
 * @example
 * ```ts
 * import { createHsm, createKey, updateKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM', tags: { team: 'shop' } })
 * const { attributes, tags } = updateKey(hsm, 'orders', { attributes: { enabled: false } })
 * attributes.enabled // false
 * tags // { team: 'shop' }
 * ```
 */
export function updateKey(hsm: Hsm, key: string, parameters: UpdateKeyParameters): KeyBundle {
  return runOperation(hsm, 'updateKey', (call) => {
    const reference = readReference(call, key)
    checkOptions('updateKey', parameters, NEW_KEY_OPTIONS)
    return runStep(call, reference.name, updateKeyStep, { reference, parameters })
  })
}

function updateKeyStep(
  before: HsmKeyRecord | undefined,
  input: { readonly reference: KeyReference; readonly parameters: UpdateKeyParameters },
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: KeyBundle } {
  const { reference, parameters } = input
  const { record, version } = findVersion(before, reference, 'update', context)
  const { keyOps, tags } = parameters
  checkExternalKey(version.material, parameters, context)
  const attributes = parseAttributes(parameters.attributes)
  checkWindow({ ...version.attributes, ...attributes })
  const parsedTags = parseTags(tags, context.profile)
  const releasePolicy = updatedReleasePolicy(
    version,
    reference,
    { attributes, releasePolicy: parameters.releasePolicy },
    context,
  )
  const update = {
    attributes,
    ...(releasePolicy && { releasePolicy }),
    ...(keyOps && { keyOps: parseOps(keyOps, version.material, context) }),
    ...(parsedTags && { tags: parsedTags }),
  }
  const outcome = updateVersion(record, version.version, update, context.now)
  if ('refused' in outcome) throw context.refuse(outcome.refused)
  const next = outcome.record
  const changed = findVersion(next, { ...reference, version: version.version }, 'get', context)
  return { record: next, result: keyBundle(next, context, changed.version) }
}

function parseOps(
  keyOps: readonly KeyOperation[],
  { kty, external }: StoredKey,
  { profile }: StepContext,
): readonly KeyOperation[] {
  return external === undefined ? parseKeyOps(keyOps, kty, profile) : parseExternalKeyOps(keyOps)
}

/** What names an external key may name that of the version only. */
function checkExternalKey(
  { external }: StoredKey,
  { attributes }: UpdateKeyParameters,
  { refuse }: StepContext,
): void {
  const given = attributes?.external_key ?? undefined
  if (given !== undefined && given.id !== external?.id) throw refuse('externalKeyFixed')
}
