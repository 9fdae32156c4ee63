/** What becomes of keys, as the service documents it: each operation changes the records and foretells the answer. */

import {
  type Attributes,
  bundle,
  current,
  deletedBundle,
  find,
  type Key,
  keyOf,
  type LifetimeAction,
  type ModelHsm,
  type Policy,
  type Tags,
  type Version,
} from './records.ts'

/** A refusal, or a value; what nobody can foresee is taken from the answer that the HSM `got`. */
export type Answer =
  | { readonly refused: Refusal }
  | { readonly value: (got?: unknown) => unknown; readonly born?: Version }

export interface Refusal {
  readonly status: number
  readonly code: string
  readonly innerCode?: string
}

const refuse = (status: number, code: string, innerCode?: string) => ({
  refused: { status, code, ...(innerCode && { innerCode }) },
})

export const BAD_PARAMETER = refuse(400, 'BadParameter')
const NOT_FOUND = refuse(404, 'KeyNotFound')
const LIMIT_REACHED = refuse(403, 'Forbidden')
const PURGE_PROTECTED = refuse(403, 'Forbidden')
const NAME_TAKEN = {
  active: refuse(409, 'Conflict'),
  deleting: refuse(409, 'Conflict', 'ObjectIsBeingDeleted'),
  deleted: refuse(409, 'Conflict', 'ObjectIsDeletedButRecoverable'),
  recovering: refuse(409, 'Conflict', 'ObjectIsBeingRecovered'),
  purging: refuse(409, 'Conflict', 'ObjectIsBeingDeleted'),
}

const DAY = 86_400

// Time: whatever fell due happens, at the instant when it fell due.

export function passTime(hsm: ModelHsm, now: number): void {
  for (const key of hsm.keys.values()) {
    for (let due = dueAt(hsm, key); due !== undefined && due <= now; due = dueAt(hsm, key)) {
      if (key.state === 'deleting') key.state = 'deleted'
      else if (key.state === 'recovering') key.state = 'active'
      else if (key.state === 'deleted' || key.state === 'purging') purge(hsm, key)
      else bearRotated(hsm, key, due)
    }
  }
}

export function dueAt(hsm: ModelHsm, key: Key): number | undefined {
  if (keyOf(hsm, key.name) !== key) return undefined
  if (key.state === 'deleted') return key.scheduledPurgeDate
  if (key.state !== 'active') return key.settlesAt
  if (key.versions.length >= hsm.limits.versions) return undefined
  const { lifetimeActions = [], attributes: told } = key.policy ?? {}
  const trigger = lifetimeActions.find(({ action }) => action.type === 'Rotate')?.trigger
  const { created, updated, exp } = current(key).attributes
  const at =
    moved(created, trigger?.timeAfterCreate, 1) ?? moved(exp, trigger?.timeBeforeExpiry, -1)
  // Nothing rotates before it was told what to rotate by, nor while it was away.
  return at && Math.max(at, updated, told?.updated ?? 0, key.backSince)
}

/** Calendar arithmetic; a day that a month does not have is its last. */
function moved(instant: number | undefined, duration: string | undefined, direction: 1 | -1) {
  if (instant === undefined || duration === undefined) return undefined
  const count = (unit: string) => Number(new RegExp(`(\\d+)${unit}`).exec(duration)?.[1] ?? 0)
  const date = new Date(instant * 1000)
  const month = date.getUTCMonth() + direction * (12 * count('Y') + count('M'))
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate()
  date.setUTCMonth(month, Math.min(date.getUTCDate(), lastDay))
  return date.getTime() / 1000 + direction * count('D') * DAY
}

// New versions.

export interface NewVersion {
  readonly kty: string
  readonly spec: string
  /** Known of what is imported. */
  readonly material?: string
  readonly keyOps?: readonly string[] | undefined
  readonly attributes?: Attributes
  readonly tags?: Tags
  /** Asked for, with a release policy. */
  readonly exportable?: true | undefined
}

const DEFAULT_OPS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'],
  EC: ['sign', 'verify'],
  AKP: ['sign', 'verify'],
  oct: ['deriveKey', 'wrapKey', 'verify', 'sign', 'unwrapKey', 'encrypt', 'decrypt'],
}

export function createOrImport(hsm: ModelHsm, name: string, made: NewVersion, now: number): Answer {
  const key = keyOf(hsm, name)
  if (key && key.state !== 'active') return NAME_TAKEN[key.state]
  if (key ? isFull(hsm, key) : hsm.keys.size >= hsm.limits.keys) return LIMIT_REACHED
  // The first version decides it for all.
  if (key && made.exportable && !current(key).exportable) return BAD_PARAMETER
  const home = key ?? add(hsm, { name, versions: [] })
  const defaults = DEFAULT_OPS[made.spec.split(' ')[0] ?? '']
  const keyOps = made.keyOps?.length ? made.keyOps : defaults
  const version = bear(hsm, home, { ...made, keyOps }, now)
  return { value: () => bundle(hsm, home, version), born: version }
}

export function rotate(hsm: ModelHsm, name: string, now: number): Answer {
  const [key] = find(hsm, name)
  if (!key) return NOT_FOUND
  if (isFull(hsm, key)) return LIMIT_REACHED
  const version = bearRotated(hsm, key, now)
  return { value: () => bundle(hsm, key, version), born: version }
}

const isFull = (hsm: ModelHsm, { versions }: Key) => versions.length >= hsm.limits.versions

function add(hsm: ModelHsm, key: Pick<Key, 'name' | 'versions' | 'policy'>, backSince = 0): Key {
  const never = { settlesAt: 0, deletedDate: 0, scheduledPurgeDate: 0 }
  const added: Key = { ...key, ...never, state: 'active', backSince }
  hsm.keys.set(key.name.toUpperCase(), added)
  return added
}

let unforeseeable = 0

function bear(hsm: ModelHsm, key: Key, made: NewVersion, at: number): Version {
  const { spec, tags = {}, keyOps = [] } = made
  const name = key.name.toUpperCase()
  // With a seed, material depends on the name, the ordinal and the type alone; after a purge it begins anew.
  const place = [hsm.seed, name, hsm.purges.get(name)?.count ?? 0, key.versions.length, spec]
  const version: Version = {
    id: '',
    kty: hsm.profile === 'managed-hsm' ? `${made.kty.replace('-HSM', '')}-HSM` : made.kty,
    spec,
    material: made.material ?? (hsm.seed ? place.join(' ') : `unforeseeable ${unforeseeable++}`),
    exportable: key.versions.at(-1)?.exportable ?? made.exportable ?? false,
    keyOps,
    attributes: { enabled: true, ...made.attributes, created: at, updated: at },
    tags,
  }
  key.versions.push(version)
  key.backSince = 0
  return version
}

function bearRotated(hsm: ModelHsm, key: Key, at: number): Version {
  const { kty, spec, keyOps, tags } = current(key)
  const exp = moved(at, key.policy?.attributes.expiryTime, 1)
  return bear(hsm, key, { kty, spec, keyOps, tags, attributes: exp ? { exp } : {} }, at)
}

// Changing and using a version.

export type Change = Partial<Pick<NewVersion, 'keyOps' | 'attributes' | 'tags'>>

export function update(
  hsm: ModelHsm,
  name: string,
  id: string | undefined,
  change: Change,
  now: number,
): Answer {
  const [key, version] = find(hsm, name, id)
  if (!key || !version) return NOT_FOUND
  const updated = Math.max(now, version.attributes.created)
  const attributes = { ...version.attributes, ...change.attributes, updated }
  const { nbf = 0, exp = Number.POSITIVE_INFINITY } = attributes
  if (exp <= nbf) return BAD_PARAMETER
  Object.assign(version, change, { attributes })
  if (version === current(key)) key.backSince = 0
  return { value: () => bundle(hsm, key, version) }
}

export function get(hsm: ModelHsm, name: string, id: string | undefined): Answer {
  const [key, version] = find(hsm, name, id)
  return key && version ? { value: () => bundle(hsm, key, version) } : NOT_FOUND
}

/** The version, where it may be used for an operation now. */
export function use(
  hsm: ModelHsm,
  name: string,
  id: string | undefined,
  operation: string,
  now: number,
): Version | { readonly refused: Refusal } {
  const [, version] = find(hsm, name, id)
  if (!version) return NOT_FOUND
  const { enabled, nbf = 0, exp = Number.POSITIVE_INFINITY } = version.attributes
  const opens = ['decrypt', 'verify', 'unwrapKey', 'secureUnwrapKey'].includes(operation)
  if (!enabled) return refuse(403, 'Forbidden', 'KeyDisabled')
  if (now < nbf && !opens) return refuse(403, 'Forbidden', 'KeyNotYetValid')
  if (now >= exp && !opens) return refuse(403, 'Forbidden', 'KeyExpired')
  const permitting = [operation, IMPLIED_BY[operation]]
  if (version.keyOps.some((permitted) => permitting.includes(permitted))) return version
  return refuse(403, 'Forbidden', 'KeyOperationForbidden')
}

const IMPLIED_BY: Readonly<Record<string, string>> = {
  secureWrapKey: 'wrapKey',
  secureUnwrapKey: 'unwrapKey',
}

export const NOT_EXPORTABLE = refuse(403, 'Forbidden')
export const TARGET_REFUSED = refuse(403, 'Forbidden', 'AccessDenied')

// Going and coming back.

export function deleteKey(hsm: ModelHsm, name: string, now: number): Answer {
  const [key] = find(hsm, name)
  if (!key) return NOT_FOUND
  key.state = hsm.settlingSeconds > 0 ? 'deleting' : 'deleted'
  key.settlesAt = now + hsm.settlingSeconds
  key.deletedDate = now
  key.scheduledPurgeDate = now + hsm.retentionDays * DAY
  return { value: () => deletedBundle(hsm, key) }
}

export function getDeleted(hsm: ModelHsm, name: string): Answer {
  const key = keyOf(hsm, name)
  return key?.state === 'deleted' ? { value: () => deletedBundle(hsm, key) } : NOT_FOUND
}

export function recover(hsm: ModelHsm, name: string, now: number): Answer {
  const key = keyOf(hsm, name)
  if (!key || key.state === 'active' || key.state === 'purging') return NOT_FOUND
  if (key.state !== 'deleted') return NAME_TAKEN[key.state]
  key.state = hsm.settlingSeconds > 0 ? 'recovering' : 'active'
  key.settlesAt = now + hsm.settlingSeconds
  if (key.policy) key.backSince = key.settlesAt
  return { value: () => bundle(hsm, key) }
}

export function purgeDeleted(hsm: ModelHsm, name: string, now: number): Answer {
  const key = keyOf(hsm, name)
  if (!key || key.state === 'active' || key.state === 'purging') return NOT_FOUND
  if (key.state !== 'deleted') return NAME_TAKEN[key.state]
  if (hsm.purgeProtection) return PURGE_PROTECTED
  if (hsm.settlingSeconds === 0) purge(hsm, key)
  else Object.assign(key, { state: 'purging', settlesAt: now + hsm.settlingSeconds })
  return { value: () => undefined }
}

function purge(hsm: ModelHsm, { name, versions }: Key): void {
  const { count, ids } = hsm.purges.get(name.toUpperCase()) ?? { count: 0, ids: [] }
  const purged = versions.map(({ id }) => id)
  hsm.purges.set(name.toUpperCase(), { count: count + 1, ids: [...ids, ...purged] })
  hsm.keys.delete(name.toUpperCase())
}

export interface Backup extends Pick<Key, 'name' | 'versions' | 'policy'> {
  readonly securityDomain: string
}

export function backUp(hsm: ModelHsm, name: string): Answer & { readonly taken?: Backup } {
  const [key] = find(hsm, name)
  if (!key) return NOT_FOUND
  return {
    value: (blob) => blob,
    taken: structuredClone({ ...key, securityDomain: hsm.securityDomain }),
  }
}

export function restore(hsm: ModelHsm, taken: Backup | 'damaged', now: number): Answer {
  if (taken === 'damaged' || taken.securityDomain !== hsm.securityDomain) {
    return refuse(400, 'MalformedBackupBlob')
  }
  const there = keyOf(hsm, taken.name)
  if (there) return NAME_TAKEN[there.state === 'purging' ? 'active' : there.state]
  if (hsm.keys.size >= hsm.limits.keys) return LIMIT_REACHED
  if (taken.versions.length > hsm.limits.versions) return LIMIT_REACHED
  const { name, versions, policy } = structuredClone(taken)
  const key = add(hsm, { name, versions, ...(policy && { policy }) }, policy ? now : 0)
  return { value: () => bundle(hsm, key) }
}

// Rotation policies.

export interface AskedPolicy {
  readonly lifetimeActions: readonly LifetimeAction[]
  readonly attributes: { readonly expiryTime?: string }
}

const NOTIFY = { trigger: { timeBeforeExpiry: 'P30D' }, action: { type: 'Notify' } }

export function setPolicy(hsm: ModelHsm, name: string, asked: AskedPolicy, now: number): Answer {
  const [key] = find(hsm, name)
  if (!key) return NOT_FOUND
  const rotates = asked.lifetimeActions.filter(({ action }) => action.type === 'Rotate')
  const hasNotify = asked.lifetimeActions.length > rotates.length
  const inVault = hasNotify ? asked.lifetimeActions : [...rotates, NOTIFY]
  const created = key.policy?.attributes.created ?? now
  key.backSince = 0
  key.policy = {
    lifetimeActions: hsm.profile === 'managed-hsm' ? rotates : inVault,
    attributes: { ...asked.attributes, created, updated: Math.max(now, created) },
  }
  return getPolicy(hsm, name)
}

export function getPolicy(hsm: ModelHsm, name: string): Answer {
  const [key] = find(hsm, name)
  if (!key) return NOT_FOUND
  const none = { lifetimeActions: hsm.profile === 'managed-hsm' ? [] : [NOTIFY], attributes: {} }
  const policy: Pick<Policy, 'lifetimeActions'> = key.policy ?? none
  return { value: () => ({ id: `${hsm.baseUrl}/keys/${key.name}/rotationpolicy`, ...policy }) }
}
