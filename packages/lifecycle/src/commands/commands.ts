/**
 * The commands: each takes a record and returns the next one, or the rule that refuses the command.
 * Nothing here throws, keeps state or reads a clock. Call applyTime first, to bring the record up to date.
 */

import {
  type Container,
  currentVersion,
  type KeyOperation,
  type KeyRecord,
  type KeyVersion,
  type ReleasePolicy,
  type StoredState,
  type VersionAttributes,
} from '../record/key-record.ts'
import { waitsForTime } from '../record/notices.ts'
import type { RotationPolicyContent } from '../record/rotation-policy.ts'
import { type Command, LIFE_CYCLE, type LifeCycleRefusal, refusalOf } from '../rules/life-cycle.ts'

const SECONDS_PER_DAY = 86_400

/** A refused command: the record stays as it was. */
export interface Refused<Rule extends string = LifeCycleRefusal> {
  readonly refused: Rule
}

/** The record after a command. */
export interface Changed<Material> {
  readonly record: KeyRecord<Material>
}

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

/**
 * Sets or replaces the rotation policy of a key.
 *
 * @param policy - The policy. Check it first with {@link checkRotationPolicy}.
 * @param now - The policy's `updated`, and for a first policy its `created`: Unix seconds. `updated` is never before
 *   `created`, even if the clock moved back.
 * @returns The record with the policy, or the table's refusal.
 *
 * @example
 * ```ts
 * import { setRotationPolicy } from '@pocket-hsm/lifecycle'
 *
 * setRotationPolicy(undefined, { lifetimeActions: [] }, 0) // { refused: 'keyNotFound' }
 * ```
 */
export function setRotationPolicy<Material>(
  record: KeyRecord<Material> | undefined,
  policy: RotationPolicyContent,
  now: number,
): Changed<Material> | Refused {
  const refused = refusalOf(record?.state, 'update')
  if (refused !== undefined || record === undefined) return { refused: refused ?? 'keyNotFound' }
  const created = record.rotationPolicy?.created ?? now
  const updated = Math.max(now, created)
  return { record: { ...withoutRecovery(record), rotationPolicy: { ...policy, created, updated } } }
}

/**
 * The record for a change that is dated itself. From then on its own date says from when the key may rotate: a clock
 * that moved back since the recovery must not make the key wait for the instant of that recovery.
 */
function withoutRecovery<Material>(record: KeyRecord<Material>): KeyRecord<Material> {
  const { recoveredAt: _, ...rest } = record
  return rest
}

/**
 * Soft-deletes a key: every version stays until the end of the retention period.
 *
 * @param container - The retention period, and the duration of a deletion.
 * @param now - `deletedDate`, in Unix seconds; `scheduledPurgeDate` is one retention period later.
 * @returns The deleted or deleting key, or the table's refusal.
 *
 * @example
 * ```ts
 * import { deleteKey } from '@pocket-hsm/lifecycle'
 *
 * const container = { softDeleteRetentionDays: 90, purgeProtection: false, settlingSeconds: 0 }
 * deleteKey(undefined, container, 0) // { refused: 'keyNotFound' }
 * ```
 */
export function deleteKey<Material>(
  record: KeyRecord<Material> | undefined,
  container: Container,
  now: number,
): Changed<Material> | Refused {
  const scheduledPurgeDate = now + container.softDeleteRetentionDays * SECONDS_PER_DAY
  return move(record, 'delete', container, now, { deletedDate: now, scheduledPurgeDate })
}

/**
 * Recovers a deleted key with all its versions, attributes and tags unchanged.
 *
 * @param container - The duration of a recovery.
 * @param now - The instant, in Unix seconds.
 * @returns The active or recovering key, or the table's refusal.
 *
 * @example
 * ```ts
 * import { recoverKey } from '@pocket-hsm/lifecycle'
 *
 * const container = { softDeleteRetentionDays: 90, purgeProtection: false, settlingSeconds: 0 }
 * recoverKey(undefined, container, 0) // { refused: 'keyToRecoverNotFound' }
 * ```
 */
export function recoverKey<Material>(
  record: KeyRecord<Material> | undefined,
  container: Container,
  now: number,
): Changed<Material> | Refused {
  return move(record, 'recover', container, now, undefined)
}

/**
 * Purges a deleted key: its versions are dropped at once.
 *
 * @param container - With purge protection a key is purged only when its retention has passed. Also gives how long a
 *   purge takes, during which no other key can have the name.
 * @param now - The instant, in Unix seconds.
 * @returns The record without versions where the purge takes time, otherwise no record; or the refusal.
 *
 * @example
 * ```ts
 * import { purgeKey } from '@pocket-hsm/lifecycle'
 *
 * purgeKey(undefined, { purgeProtection: false, settlingSeconds: 0 }, 0) // { refused: 'deletedKeyNotFound' }
 * ```
 */
export function purgeKey<Material>(
  record: KeyRecord<Material> | undefined,
  container: Pick<Container, 'purgeProtection' | 'settlingSeconds'>,
  now: number,
): { readonly record: KeyRecord<Material> | undefined } | Refused {
  const outcome = LIFE_CYCLE.purge[record?.state ?? 'absent']
  if ('refused' in outcome) return outcome
  const { purgeProtection, settlingSeconds } = container
  if (purgeProtection && outcome.protectedBy !== undefined) return { refused: outcome.protectedBy }
  if (record === undefined || settlingSeconds === 0) return { record: undefined }
  const settlesAt = now + settlingSeconds
  return { record: { name: record.name, state: 'purging', versions: [], settlesAt } }
}

function move<Material>(
  record: KeyRecord<Material> | undefined,
  command: Command,
  container: Container,
  now: number,
  deletion: KeyRecord<Material>['deletion'],
): Changed<Material> | Refused {
  const outcome = LIFE_CYCLE[command][record?.state ?? 'absent']
  if ('refused' in outcome) return outcome
  const { deletion: _, settlesAt, ...rest } = record as KeyRecord<Material>
  const isSlow = container.settlingSeconds > 0 && outcome.slowly !== undefined
  const state = (isSlow ? outcome.slowly : outcome.next) as StoredState
  return {
    record: {
      ...rest,
      state,
      ...(deletion && { deletion }),
      // A key can rotate only after its recovery has completed.
      ...(command === 'recover' &&
        waitsForTime(rest) && { recoveredAt: now + container.settlingSeconds }),
      ...(isSlow && { settlesAt: now + container.settlingSeconds }),
    },
  }
}
