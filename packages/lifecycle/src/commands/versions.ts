/** The commands that add a version to a key or change one. */

import {
  currentVersion,
  type KeyOperation,
  type KeyRecord,
  type KeyVersion,
  type ReleasePolicy,
  type VersionAttributes,
} from '../record/key-record.ts'
import { type LifeCycleRefusal, refusalOf } from '../rules/life-cycle.ts'
import { type Changed, type Refused, withoutRecovery } from './outcome.ts'

/** A version to add: all its properties except those that the life cycle sets. */
export interface NewVersion<Material> {
  /** The key's name, used only for a new key. */
  readonly name: string
  readonly version: string
  readonly material: Material
  readonly keyOps: readonly KeyOperation[]
  readonly attributes: Partial<Pick<VersionAttributes, 'enabled' | 'nbf' | 'exp' | 'exportable'>>
  readonly tags?: Readonly<Record<string, string>>
  readonly releasePolicy?: ReleasePolicy
}

/** A change to one version. Absent properties stay unchanged. */
export interface VersionUpdate {
  /** Replaces the whole list. */
  readonly keyOps?: readonly KeyOperation[]
  /** Merged member by member. `exportable` may only have its present value. */
  readonly attributes?: Partial<Pick<VersionAttributes, 'enabled' | 'nbf' | 'exp' | 'exportable'>>
  /** Replaces the whole set; an empty object clears it. */
  readonly tags?: Readonly<Record<string, string>>
  /** Replaces the policy of an exportable version, unless that policy is immutable. */
  readonly releasePolicy?: ReleasePolicy
}

/** The reason why an update is refused. */
export type UpdateRefusal = 'exportableFixed' | 'releasePolicyImmutable'

/**
 * Adds a version for create, import or rotate; creates the key if there is none.
 *
 * The older versions do not change. The first version fixes `exportable`: later versions inherit it.
 *
 * @param record - The key, or `undefined` if there is none.
 * @param command - The command that adds the version.
 * @param version - The new version. `enabled` defaults to true, `exportable` to false.
 * @param now - Its `created` and `updated`, in Unix seconds.
 * @returns The record with the version as its current one, or the table's refusal.
 *
 * @example
 * ```ts
 * import { addVersion } from '@pocket-hsm/lifecycle'
 *
 * const version = { name: 'orders', version: '0'.repeat(32), material: 'opaque', keyOps: [], attributes: {} }
 * addVersion(undefined, 'rotate', version, 0) // { refused: 'keyNotFound' }
 * ```
 */
export function addVersion<Material>(
  record: KeyRecord<Material> | undefined,
  command: 'create' | 'import' | 'rotate',
  version: NewVersion<Material>,
  now: number,
): Changed<Material> | Refused {
  const refused = refusalOf(record?.state, command)
  if (refused !== undefined) return { refused }
  const { name, attributes, material, keyOps, tags, releasePolicy } = version
  const exportable = record?.versions[0]?.attributes.exportable ?? attributes.exportable ?? false
  const added: KeyVersion<Material> = {
    version: version.version,
    material,
    keyOps,
    attributes: { enabled: true, ...attributes, created: now, updated: now, exportable },
    ...(tags && { tags }),
    ...(releasePolicy && { releasePolicy }),
  }
  if (record === undefined) return { record: { name, state: 'active', versions: [added] } }
  return { record: { ...withoutRecovery(record), versions: [...record.versions, added] } }
}

/**
 * Changes the attributes, tags or permitted operations of one version.
 *
 * @param record - The key, or `undefined` if there is none.
 * @param version - The identifier of one of the record's versions.
 * @param now - The version's new `updated`, in Unix seconds; `created` if that is later, for a clock that moved back.
 * @returns The record with that version changed and everything else unchanged; or the refusal: the table's,
 *   `keyNotFound` for a version that the record does not have, `exportableFixed` for another value of `exportable`,
 *   `releasePolicyImmutable` for a policy that differs from an immutable one.
 *
 * @example
 * ```ts
 * import { addVersion, updateVersion } from '@pocket-hsm/lifecycle'
 *
 * const version = { name: 'orders', version: '0'.repeat(32), material: 'opaque', keyOps: [], attributes: {} }
 * const created = addVersion(undefined, 'create', version, 100)
 * if ('refused' in created) throw new Error(created.refused)
 * const changed = updateVersion(created.record, version.version, { attributes: { enabled: false } }, 160)
 * if ('refused' in changed) throw new Error(changed.refused)
 * changed.record.versions[0]?.attributes // { enabled: false, created: 100, updated: 160, exportable: false }
 * ```
 */
export function updateVersion<Material>(
  record: KeyRecord<Material> | undefined,
  version: string,
  update: VersionUpdate,
  now: number,
): Changed<Material> | Refused<LifeCycleRefusal | UpdateRefusal> {
  const refused = refusalOf(record?.state, 'update')
  if (refused !== undefined) return { refused }
  const previous = record?.versions.find((candidate) => candidate.version === version)
  if (record === undefined || previous === undefined) return { refused: 'keyNotFound' }
  const wrong = updateRefusal(previous, update)
  if (wrong !== undefined) return { refused: wrong }
  const versions = record.versions.map((candidate) =>
    candidate === previous ? applyUpdate(candidate, update, now) : candidate,
  )
  const isCurrent = previous === currentVersion(record)
  return { record: { ...(isCurrent ? withoutRecovery(record) : record), versions } }
}

function updateRefusal(
  { attributes, releasePolicy }: KeyVersion<unknown>,
  update: VersionUpdate,
): UpdateRefusal | undefined {
  const { exportable = attributes.exportable } = update.attributes ?? {}
  if (exportable !== attributes.exportable) return 'exportableFixed'
  if (!releasePolicy?.immutable || update.releasePolicy === undefined) return undefined
  return isSameReleasePolicy(releasePolicy, update.releasePolicy)
    ? undefined
    : 'releasePolicyImmutable'
}

/**
 * Checks whether two policies are equal in every byte and flag. An immutable policy accepts no other.
 *
 * @example
 * ```ts
 * import { isSameReleasePolicy } from '@pocket-hsm/lifecycle'
 *
 * const policy = { contentType: 'application/json', data: Uint8Array.of(123, 125), immutable: true }
 * isSameReleasePolicy(policy, { ...policy, immutable: false }) // false
 * ```
 */
export function isSameReleasePolicy(a: ReleasePolicy, b: ReleasePolicy): boolean {
  const isSameData =
    a.data.length === b.data.length && a.data.every((byte, index) => byte === b.data[index])
  return isSameData && a.contentType === b.contentType && a.immutable === b.immutable
}

function applyUpdate<Material>(
  version: KeyVersion<Material>,
  update: VersionUpdate,
  now: number,
): KeyVersion<Material> {
  return {
    ...version,
    ...(update.keyOps && { keyOps: update.keyOps }),
    ...(update.tags && { tags: update.tags }),
    ...(update.releasePolicy && { releasePolicy: update.releasePolicy }),
    attributes: {
      ...version.attributes,
      ...update.attributes,
      updated: Math.max(now, version.attributes.created),
    },
  }
}
