/**
 * The audit trail of one HSM: a list that grows at its head, so that a fork shares all that was before it.
 * It is kept in two generations; when the younger is full it becomes the older, and what the older held is let go.
 */

import type { AuditEntry, AuditRefusal, HsmOperation } from './audit-entry.ts'

/** An entry, every member in its place so that all have one shape, and the one before it. */
interface StoredEntry {
  readonly at: number
  readonly operation: HsmOperation
  readonly key: string | undefined
  readonly version: string | undefined
  readonly alg: string | undefined
  readonly caller: string | undefined
  readonly outcome: 'success' | AuditRefusal
  readonly byTime: boolean
  readonly previous: StoredEntry | undefined
}

/** The trail. Its head moves; what hangs on it never changes. */
export interface Trail {
  /** How many entries can be read: the latest. */
  readonly limit: number
  /** How many there ever were. */
  total: number
  newest: StoredEntry | undefined
  /** How many hang on `newest`: up to the limit. */
  count: number
  /** The generation before, full or not there. */
  older: StoredEntry | undefined
}

/** A trail with nothing in it. */
export function emptyTrail(limit: number): Trail {
  return { limit, total: 0, newest: undefined, count: 0, older: undefined }
}

/** A trail that goes its own way from here; takes the same time whatever its length. */
export function forkTrail(trail: Trail): Trail {
  return { ...trail }
}

/** Puts an entry at the end of the trail. */
export function appendEntry(
  trail: Trail,
  entry: Omit<StoredEntry, 'previous' | 'byTime'>,
  byTime: boolean,
): void {
  trail.total += 1
  if (trail.limit === 0) return
  if (trail.count === trail.limit) {
    trail.older = trail.newest
    trail.newest = undefined
    trail.count = 0
  }
  const { at, operation, key, version, alg, caller, outcome } = entry
  const previous = trail.newest
  trail.newest = { at, operation, key, version, alg, caller, outcome, byTime, previous }
  trail.count += 1
}

/** The latest entries, oldest first. */
export function entriesOf({ newest, older, limit }: Trail): readonly AuditEntry[] {
  const entries: AuditEntry[] = []
  for (const generation of [newest, older]) {
    for (let at = generation; at !== undefined && entries.length < limit; at = at.previous) {
      entries.push(toEntry(at))
    }
  }
  return entries.reverse()
}

function toEntry({
  at,
  operation,
  key,
  version,
  alg,
  caller,
  outcome,
  byTime,
}: StoredEntry): AuditEntry {
  return {
    at,
    operation,
    ...(key !== undefined && { key }),
    ...(version !== undefined && { version }),
    ...(alg !== undefined && { alg }),
    ...(caller !== undefined && { caller }),
    outcome: outcome === 'success' ? outcome : { ...outcome },
    ...(byTime && { byTime }),
  }
}
