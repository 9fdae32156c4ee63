/** Release policies on keys: what is accepted, which keys must have one, and which one applies. */

import {
  currentVersion,
  isSameReleasePolicy,
  type KeyVersion,
  type ReleasePolicy,
} from '@pocket-hsm/lifecycle'
import { badParameter } from '../hsm-error.ts'
import type { KeyType, Profile } from '../service/profiles.ts'
import type { HsmKeyRecord, StoredKey } from '../state/hsm-state.ts'
import type { KeyReference } from './key-reference.ts'
import type { StepContext } from './key-step.ts'
import { parsePolicy } from './policy-grammar.ts'

/** A release policy, as it is given with a key. */
export interface ReleasePolicyInput {
  /** The policy document: UTF-8 bytes of JSON, at most 65,536. */
  readonly data: Uint8Array
  /** Defaults to `application/json; charset=utf-8`. */
  readonly contentType?: string | undefined
  /** Whether the policy can never change again. Defaults to `false`. */
  readonly immutable?: boolean | undefined
}

/** What decides whether a new version has a release policy, and which. */
export interface ExportableInput {
  readonly kty: KeyType
  /** Whether it is to be exportable; without a word it is as the versions before. */
  readonly attributes: { readonly exportable?: boolean }
  readonly releasePolicy?: ReleasePolicyInput | undefined
}

const CONTENT_TYPE = 'application/json; charset=utf-8'

/**
 * The release policy of a new version: an exportable one has one, and no other.
 *
 * Whether a key is exportable is fixed with its first version. A later one that says nothing of it takes over the
 * policy of the current version, as it does when the key rotates; one that says so must bring a policy.
 */
export function newReleasePolicy(
  record: HsmKeyRecord | undefined,
  { kty, attributes: { exportable: asked }, releasePolicy: input }: ExportableInput,
  { profile, refuse }: StepContext,
): ReleasePolicy | undefined {
  const before = record && currentVersion(record)
  const exportable = before?.attributes.exportable ?? asked ?? false
  if (asked !== undefined && asked !== exportable) throw refuse('exportableOfKeyFixed')
  if (!exportable && isGiven(input)) throw refuse('releasePolicyUnexpected')
  if (!exportable) return undefined
  const inherited = asked === true ? undefined : before?.releasePolicy
  if (!isGiven(input) && inherited === undefined) throw refuse('releasePolicyMissing')
  if (!profile.exportable.types.includes(kty)) throw refuse(profile.exportable.otherwise)
  if (!isGiven(input)) return inherited
  const policy = parseReleasePolicy(input)
  const held = profile.releasePolicyOwner === 'key' ? before?.releasePolicy : undefined
  if (held?.immutable && !isSameReleasePolicy(held, policy)) throw refuse('releasePolicyImmutable')
  return policy
}

/** Returns the release policy to put on a version; `undefined` if none was given. */
export function updatedReleasePolicy(
  version: KeyVersion<StoredKey>,
  reference: KeyReference,
  { attributes: { exportable: asked }, releasePolicy: input }: Omit<ExportableInput, 'kty'>,
  { profile, refuse }: StepContext,
): ReleasePolicy | undefined {
  const { exportable } = version.attributes
  if (asked !== undefined && asked !== exportable) throw refuse('exportableFixed')
  if (!isGiven(input)) return undefined
  if (profile.releasePolicyOwner === 'key' && reference.version !== undefined) {
    throw refuse('releasePolicyVersioned')
  }
  if (!exportable) throw refuse('releasePolicyUnexpected')
  return parseReleasePolicy(input)
}

/** The policy that governs a version: its own, or in a vault the key's, which its current version holds. */
export function releasePolicyOf(
  record: HsmKeyRecord,
  version: KeyVersion<StoredKey>,
  { releasePolicyOwner }: Pick<Profile, 'releasePolicyOwner'>,
): ReleasePolicy | undefined {
  return releasePolicyOwner === 'key' && version.releasePolicy !== undefined
    ? currentVersion(record).releasePolicy
    : version.releasePolicy
}

const isGiven = (input: ReleasePolicyInput | undefined): input is ReleasePolicyInput =>
  input !== undefined && input !== null

/** Reads a policy: its bytes are copied, so that the caller's array is never kept. */
function parseReleasePolicy(input: ReleasePolicyInput): ReleasePolicy {
  const { data, contentType, immutable } = input
  if (!(data instanceof Uint8Array)) {
    throw badParameter('Key Release Policy: data must be a Uint8Array of JSON')
  }
  if (immutable !== undefined && immutable !== null && typeof immutable !== 'boolean') {
    throw badParameter('Key Release Policy: immutable must be true or false')
  }
  const type = contentType ?? CONTENT_TYPE
  if (typeof type !== 'string' || !/^application\/json(?:\s*;|$)/i.test(type)) {
    throw badParameter(`Key Release Policy: contentType must be ${CONTENT_TYPE}`)
  }
  parsePolicy(data)
  return { contentType: type, data: Uint8Array.from(data), immutable: immutable ?? false }
}
