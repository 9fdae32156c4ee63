/** A change of a key, by a call or as time passed: for the audit trail and for event listeners. */

import type { VersionAttributes } from '@pocket-hsm/lifecycle'
import type { Entry } from '../state/hsm-state.ts'

/** The kinds of change. */
export type KeyChangeType = 'newVersion' | 'nearExpiry' | 'expired' | 'purged'

/** One change. */
export interface KeyChange {
  readonly type: KeyChangeType
  /** Unix seconds. */
  readonly at: number
  /** The name of the key. */
  readonly name: string
  readonly incarnation: Entry['incarnation']
  /** The version that has changed; `undefined` if the key was purged. */
  readonly version: string | undefined
  readonly attributes: Partial<Pick<VersionAttributes, 'nbf' | 'exp'>>
}

/** Sorts changes by the instant at which they fell due, then by the names of the keys. */
export function sortChanges(changes: readonly KeyChange[]): readonly KeyChange[] {
  return changes.toSorted((a, b) => a.at - b.at || compare(upper(a), upper(b)))
}

const upper = ({ name }: KeyChange): string => name.toUpperCase()

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
