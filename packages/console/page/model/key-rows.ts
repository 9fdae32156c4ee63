/** The list of keys: what a row says of a key, and which rows a filter leaves. */

import type { KeySummary } from 'pocket-hsm'
import { kindOf } from './algorithms.ts'

/** The condition of a key, one of them. */
export type Condition =
  | 'active'
  | 'disabled'
  | 'not-yet-valid'
  | 'expiring'
  | 'expired'
  | 'deleted'
  | 'changing'

/** What each condition is called, and how it is shown. */
export const CONDITIONS: Readonly<
  Record<Condition, { readonly name: string; readonly tone: Tone }>
> = {
  active: { name: 'Active', tone: 'good' },
  disabled: { name: 'Disabled', tone: 'quiet' },
  'not-yet-valid': { name: 'Not yet valid', tone: 'info' },
  expiring: { name: 'Expires soon', tone: 'warn' },
  expired: { name: 'Expired', tone: 'bad' },
  deleted: { name: 'Deleted', tone: 'bad' },
  changing: { name: 'Changing', tone: 'info' },
}

/** How something is shown, besides its words. */
export type Tone = 'good' | 'info' | 'warn' | 'bad' | 'quiet'

/** The service announces an expiry so long before it: seconds. */
export const SOON: number = 30 * 86_400

/** The condition of a key at an instant. */
export function conditionOf({ state, current }: KeySummary, now: number): Condition {
  if (state === 'deleted') return 'deleted'
  if (state !== 'active' || current === undefined) return 'changing'
  const { enabled, nbf, exp } = current.attributes
  if (!enabled) return 'disabled'
  if (exp !== undefined && exp <= now) return 'expired'
  if (nbf !== undefined && nbf > now) return 'not-yet-valid'
  return exp !== undefined && exp - now <= SOON ? 'expiring' : 'active'
}

/** Which keys to show. */
export interface KeyFilter {
  /** In the name, in tags, in the type; every word has to be somewhere. */
  readonly text: string
  readonly condition: 'all' | 'usable' | 'expiring' | 'deleted'
  /** RSA, EC, oct or AKP; empty for all. */
  readonly kind: string
}

const CONDITION_FILTERS: Readonly<
  Record<KeyFilter['condition'], (condition: Condition) => boolean>
> = {
  all: () => true,
  usable: (condition) => condition !== 'deleted' && condition !== 'changing',
  expiring: (condition) => condition === 'expiring' || condition === 'expired',
  deleted: (condition) => condition === 'deleted' || condition === 'changing',
}

/** What a list can be sorted by. */
export type SortBy = 'name' | 'created' | 'expires'

const SORT_VALUE: Readonly<Record<SortBy, (key: KeySummary) => string | number>> = {
  name: ({ name }) => name.toLowerCase(),
  created: ({ current }) => -(current?.attributes.created ?? 0),
  expires: ({ current, scheduledPurgeDate }) =>
    current?.attributes.exp ?? scheduledPurgeDate ?? Number.POSITIVE_INFINITY,
}

/** The keys that a filter leaves, in an order. */
export function filterKeys(
  keys: readonly KeySummary[],
  { text, condition, kind }: KeyFilter,
  sortBy: SortBy,
  now: number,
): readonly KeySummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const isShown = CONDITION_FILTERS[condition]
  const sortValue = SORT_VALUE[sortBy]
  return keys
    .filter(
      (key) =>
        (kind === '' || kindOf(key.current?.kty ?? '') === kind) &&
        isShown(conditionOf(key, now)) &&
        words.every((word) => textOf(key).includes(word)),
    )
    .map((key) => ({ key, value: sortValue(key) }))
    .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0))
    .map(({ key }) => key)
}

function textOf({ name, current }: KeySummary): string {
  const tags = Object.entries(current?.tags ?? {}).map(([tag, value]) => `${tag}=${value}`)
  return [name, typeOf(current), ...tags].join(' ').toLowerCase()
}

/** The type of a key with its curve, its size or its parameter set: `EC-HSM P-256`. */
export function typeOf(current: KeySummary['current']): string {
  if (current === undefined) return ''
  return `${current.kty} ${current.crv ?? current.alg ?? current.keySize ?? ''}`.trim()
}
