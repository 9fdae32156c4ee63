/**
 * What the model remembers: the keys of an HSM as plain objects that change in place, and how they are shown.
 * It knows no cryptography. Material is a name: versions of the same name open what one of them closed.
 */

import { POLICY } from '../releases.ts'

export type Profile = 'managed-hsm' | 'vault-premium'
export type Tags = Readonly<Record<string, string>>

export interface Attributes {
  readonly enabled?: boolean
  readonly nbf?: number
  readonly exp?: number
}

export interface Version {
  /** Made by the HSM, so empty until the HSM has told it. */
  id: string
  readonly kty: string
  /** `oct 256`, `EC P-256`, `RSA 2048`, `AKP ML-DSA-44`. */
  readonly spec: string
  readonly material: string
  /** Whether it has a release policy: all policies of a story are the same. */
  readonly exportable: boolean
  keyOps: readonly string[]
  attributes: Attributes & {
    readonly enabled: boolean
    readonly created: number
    readonly updated: number
  }
  tags: Tags
}

export interface LifetimeAction {
  readonly trigger: { readonly timeAfterCreate?: string; readonly timeBeforeExpiry?: string }
  readonly action: { readonly type: string }
}

export interface Policy {
  readonly lifetimeActions: readonly LifetimeAction[]
  readonly attributes: {
    readonly expiryTime?: string
    readonly created: number
    readonly updated: number
  }
}

export interface Key {
  readonly name: string
  readonly versions: Version[]
  state: 'active' | 'deleting' | 'deleted' | 'recovering' | 'purging'
  /** When the slow state is over. */
  settlesAt: number
  deletedDate: number
  scheduledPurgeDate: number
  policy?: Policy
  /**
   * Since when it is back, after it was deleted or in a backup: its policy waits for that. Nothing is left of it once
   * the policy or the current version is a newer one: then the date of the change counts, as the clock was then.
   */
  backSince: number
}

export interface ModelHsm {
  readonly baseUrl: string
  readonly profile: Profile
  readonly seed: string | undefined
  readonly securityDomain: string
  readonly retentionDays: number
  readonly purgeProtection: boolean
  readonly settlingSeconds: number
  readonly limits: { readonly keys: number; readonly versions: number }
  /** By upper-cased name, in the order of creation. */
  readonly keys: Map<string, Key>
  /** How many keys of an upper-cased name were purged, and which versions went with them. */
  readonly purges: Map<string, { readonly count: number; readonly ids: readonly string[] }>
}

export const keyOf = (hsm: ModelHsm, name: string): Key | undefined =>
  hsm.keys.get(name.toUpperCase())

export const current = ({ versions }: Key): Version => versions.at(-1) as Version

/** The active key and the version meant; defaults to the current one. */
export function find(hsm: ModelHsm, name: string, id?: string): [Key?, (Version | undefined)?] {
  const key = keyOf(hsm, name)
  if (key?.state !== 'active') return []
  return [key, id === undefined ? current(key) : key.versions.find((version) => version.id === id)]
}

/** A Managed HSM lists in the order of creation, a vault by name. */
export function keysIn(hsm: ModelHsm, state: Key['state']): Key[] {
  const keys = [...hsm.keys.values()].filter((key) => key.state === state)
  return hsm.profile === 'managed-hsm' ? keys : sorted(keys, ({ name }) => name.toUpperCase())
}

export function versionsOf(hsm: ModelHsm, name: string): Version[] {
  const versions = find(hsm, name)[0]?.versions ?? []
  return hsm.profile === 'managed-hsm' ? versions : sorted(versions, ({ id }) => id)
}

const sorted = <Value>(values: readonly Value[], by: (value: Value) => string): Value[] =>
  values.toSorted((a, b) => (by(a) < by(b) ? -1 : 1))

/** A bundle; its public part is known by the name of its material alone. */
export function bundle(hsm: ModelHsm, key: Key, version: Version = current(key)) {
  const { kty, keyOps, material, exportable, spec } = version
  const [kind = '', size] = spec.split(' ')
  const named = { EC: { crv: size }, AKP: { alg: size } }[kind]
  return {
    key: { kid: kid(hsm, key, version), kty, key_ops: keyOps, material, ...named },
    ...facts(hsm, version),
    ...(exportable && { releasePolicy: RELEASE_POLICY }),
  }
}

/** For a target that is not debuggable. */
export const RELEASE_POLICY = {
  contentType: 'application/json; charset=utf-8',
  data: new Uint8Array(POLICY.data),
  immutable: false,
}

export const deletedBundle = (hsm: ModelHsm, key: Key) => ({
  ...bundle(hsm, key),
  ...deletion(hsm, key),
})

export const item = (hsm: ModelHsm, key: Key, version?: Version) => ({
  kid: kid(hsm, key, version),
  ...facts(hsm, version ?? current(key)),
})

export const deletedItem = (hsm: ModelHsm, key: Key) => ({
  ...item(hsm, key),
  ...deletion(hsm, key),
})

export const kid = (hsm: ModelHsm, key: Key, version?: Version): string =>
  [hsm.baseUrl, 'keys', key.name, ...(version ? [version.id] : [])].join('/')

const deletion = (hsm: ModelHsm, { name, deletedDate, scheduledPurgeDate }: Key) => ({
  recoveryId: `${hsm.baseUrl}/deletedkeys/${name}`,
  deletedDate,
  scheduledPurgeDate,
})

function facts(
  { retentionDays, purgeProtection }: ModelHsm,
  { attributes, tags, kty, spec, exportable }: Version,
) {
  const customized = retentionDays < 90 ? 'Customized' : ''
  return {
    attributes: {
      ...attributes,
      recoverableDays: retentionDays,
      recoveryLevel: `${customized}Recoverable${purgeProtection ? '' : '+Purgeable'}`,
      exportable,
      hsmPlatform: kty.endsWith('-HSM') ? '2' : '0',
      ...(spec.startsWith('oct ') && { key_size: Number(spec.slice(4)) }),
    },
    ...(Object.keys(tags).length > 0 && { tags }),
  }
}
