/**
 * The commands: each takes a record and answers the next one, or names the rule that refuses.
 * Nothing here throws, keeps state or knows the time; read the record at `now` first (applyTime).
 */

import type {
  Container,
  KeyOperation,
  KeyRecord,
  KeyVersion,
  ReleasePolicy,
  StoredState,
  VersionAttributes,
} from '../record/key-record.ts'
import { waitsForTime } from '../record/notices.ts'
import type { RotationPolicyContent } from '../record/rotation-policy.ts'
import { type Command, LIFE_CYCLE, type LifeCycleRefusal, refusalOf } from '../rules/life-cycle.ts'

const SECONDS_PER_DAY = 86_400

/** A refused command: the record stays as it was. */
export interface Refused<Rule extends string = LifeCycleRefusal> {
  readonly refused: Rule
}

/** The record after a command that leaves one. */
export interface Changed<Material> {
  readonly record: KeyRecord<Material>
}

/** A version about to be born: everything but what the life cycle itself decides. */
export interface NewVersion<Material> {
  /** The key's name; counts only for a key that is not there yet. */
  readonly name: string
  readonly version: string
  readonly material: Material
  readonly keyOps: readonly KeyOperation[]
  readonly attributes: Partial<Pick<VersionAttributes, 'enabled' | 'nbf' | 'exp' | 'exportable'>>
  readonly tags?: Readonly<Record<string, string>>
  readonly releasePolicy?: ReleasePolicy
}

/** A change to one version. What is absent stays as it was. */
export interface VersionUpdate {
  /** Replaces the whole list. */
  readonly keyOps?: readonly KeyOperation[]
  /** Merged member by member. `exportable` may only be what it is. */
  readonly attributes?: Partial<Pick<VersionAttributes, 'enabled' | 'nbf' | 'exp' | 'exportable'>>
  /** Replaces the whole set; an empty object clears it. */
  readonly tags?: Readonly<Record<string, string>>
  /** Replaces the policy of an exportable version, unless that is immutable. */
  readonly releasePolicy?: ReleasePolicy
}

/** Why an update is refused. */
export type UpdateRefusal = 'exportableFixed' | 'releasePolicyImmutable'

/**
 * Adds a version, as create, import and rotate do; makes the key where there is none.
 *
 * The older versions stay as they are. `exportable` is fixed with the first version: later ones inherit it.
 *
 * @param record - The key, or `undefined` where there is none.
 * @param command - Which of the three commands asks.
 * @param version - The new version; `enabled` is true and `exportable` false unless told.
 * @param now - Its `created` and `updated`, in Unix seconds.
 * @returns The record with the version as its current one, or the refusal of the table.
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
  const born: KeyVersion<Material> = {
    version: version.version,
    material,
    keyOps,
    attributes: { enabled: true, ...attributes, created: now, updated: now, exportable },
    ...(tags && { tags }),
    ...(releasePolicy && { releasePolicy }),
  }
  if (record === undefined) return { record: { name, state: 'active', versions: [born] } }
  return { record: { ...record, versions: [...record.versions, born] } }
}

/**
 * Changes the attributes, tags or permitted operations of one version.
 *
 * @param version - Which version: it must be one of the record's.
 * @param now - The version's new `updated`, in Unix seconds; never before its `created`, though a clock went back.
 * @returns The record with that version changed, `created` and the other versions as they were; or the refusal:
 *   `exportableFixed` for another `exportable` than the version has, `releasePolicyImmutable` for another policy
 *   than an immutable one.
 *
 * @example
 * ```ts
 * import { addVersion, updateVersion } from '@pocket-hsm/lifecycle'
 *
 * const version = { name: 'orders', version: '0'.repeat(32), material: 'opaque', keyOps: [], attributes: {} }
 * const born = addVersion(undefined, 'create', version, 100)
 * if ('refused' in born) throw new Error(born.refused)
 * const changed = updateVersion(born.record, version.version, { attributes: { enabled: false } }, 160)
 * if ('refused' in changed) throw new Error(changed.refused)
 * changed.record.versions[0]?.attributes // { enabled: false, created: 100, updated: 160, exportable: false }
 * ```
 */
export function updateVersion<Material>(
  record: KeyRecord<Material>,
  version: string,
  update: VersionUpdate,
  now: number,
): Changed<Material> | Refused<UpdateRefusal> {
  const before = record.versions.find((candidate) => candidate.version === version)
  const refused = before && updateRefusal(before, update)
  if (refused !== undefined) return { refused }
  const versions = record.versions.map((candidate) =>
    candidate === before ? updated(candidate, update, now) : candidate,
  )
  return { record: { ...record, versions } }
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
 * Whether two policies are the same in every byte and flag: all that an immutable one may be changed to.
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

function updated<Material>(
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
 * Sets the rotation policy of a key, in place of any before it.
 *
 * @param policy - What it says; check it first, with {@link checkRotationPolicy}.
 * @param now - The policy's `updated`, and `created` where there was none: Unix seconds. `updated` is never before
 *   `created`, though a clock went back.
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
  return { record: { ...record, rotationPolicy: { ...policy, created, updated } } }
}

/**
 * Deletes a key softly: every version stays until the retention has passed.
 *
 * @param container - Gives the retention, and how long a deletion takes.
 * @param now - `deletedDate`, in Unix seconds; `scheduledPurgeDate` is the retention later.
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
 * Brings a deleted key back with every version, attribute and tag as they were.
 *
 * @param container - Says how long a recovery takes.
 * @param now - The instant, in Unix seconds.
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
 * Asks whether a deleted key may be purged now; a purged key has no record.
 *
 * @param container - With purge protection only time purges.
 * @returns The refusal, or `undefined` where the record may be dropped.
 *
 * @example
 * ```ts
 * import { purgeKey } from '@pocket-hsm/lifecycle'
 *
 * purgeKey(undefined, { purgeProtection: false }) // 'deletedKeyNotFound'
 * ```
 */
export function purgeKey(
  record: KeyRecord<unknown> | undefined,
  container: Pick<Container, 'purgeProtection'>,
): LifeCycleRefusal | undefined {
  const outcome = LIFE_CYCLE.purge[record?.state ?? 'absent']
  if ('refused' in outcome) return outcome.refused
  return container.purgeProtection ? outcome.protectedBy : undefined
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
  const { deletion: before, settlesAt, ...rest } = record as KeyRecord<Material>
  const slow = container.settlingSeconds > 0 && outcome.slowly !== undefined
  const state = (slow ? outcome.slowly : outcome.next) as StoredState
  return {
    record: {
      ...rest,
      state,
      ...(deletion && { deletion }),
      // A key that is still recovering is not there yet to rotate.
      ...(command === 'recover' &&
        waitsForTime(rest) && { recoveredAt: now + container.settlingSeconds }),
      ...(slow && { settlesAt: now + container.settlingSeconds }),
    },
  }
}
