/** What falls due: rotations, purges, expiries, beginnings. */

import type { KeySummary } from 'pocket-hsm'

/** What happens to a key at an instant. */
export type DueKind = 'rotation' | 'expiry' | 'purge' | 'validity'

/** Something that falls due. */
export interface DueChange {
  readonly key: string
  readonly kind: DueKind
  /** Unix seconds. */
  readonly at: number
}

/** What each kind is called. */
export const DUE_NAMES: Readonly<Record<DueKind, string>> = {
  rotation: 'rotates',
  expiry: 'expires',
  purge: 'is purged',
  validity: 'becomes valid',
}

/** What falls due after an instant, the next first. */
export function dueAfter(keys: readonly KeySummary[], now: number): readonly DueChange[] {
  return keys.flatMap((key) => changesOf(key).filter(({ at }) => at > now)).sort(byInstant)
}

function changesOf(key: KeySummary): readonly DueChange[] {
  const { name, state, scheduledPurgeDate, rotatesAt, current } = key
  if (state !== 'active') return entry(name, 'purge', scheduledPurgeDate)
  return [
    ...entry(name, 'rotation', rotatesAt),
    ...entry(name, 'expiry', current?.attributes.exp),
    ...entry(name, 'validity', current?.attributes.nbf),
  ]
}

const entry = (key: string, kind: DueKind, at: number | undefined): readonly DueChange[] =>
  at === undefined ? [] : [{ key, kind, at }]

const byInstant = (a: DueChange, b: DueChange): number => a.at - b.at || (a.key < b.key ? -1 : 1)
