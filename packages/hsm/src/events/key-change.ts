/** What has happened to a key, by a call or as time passed: for the audit trail and for listeners. */

import type { VersionAttributes } from '@pocket-hsm/lifecycle'
import type { Entry } from '../state/hsm-state.ts'

/** What can happen. */
export type KeyChangeType = 'newVersion' | 'nearExpiry' | 'expired' | 'purged'

/** One thing that happened. */
export interface KeyChange {
  readonly type: KeyChangeType
  /** Unix seconds. */
  readonly at: number
  /** The key as it was just before. */
  readonly name: string
  readonly incarnation: Entry['incarnation']
  /** The version that it is about; none where the key is gone. */
  readonly version: string | undefined
  readonly attributes: Partial<Pick<VersionAttributes, 'nbf' | 'exp'>>
}

/** In the order in which they fell due; what fell due together, in the order of the keys' names. */
export function sortChanges(changes: readonly KeyChange[]): readonly KeyChange[] {
  return changes.toSorted((a, b) => a.at - b.at || compare(upper(a), upper(b)))
}

const upper = ({ name }: KeyChange): string => name.toUpperCase()

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
