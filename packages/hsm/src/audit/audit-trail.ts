/**
 * The audit trail of one HSM: a list that grows at its head, so that a fork shares the entries of before.
 * It is kept in two generations: when the newer one is full it replaces the older one, whose entries are dropped.
 */

import type { AuditEntry, AuditRefusal, ExternalKeyCall, HsmOperation } from './audit-entry.ts'

/** An entry and the one before it. Every member is always there, so that all entries have one shape. */
interface StoredEntry {
  readonly at: number
  readonly operation: HsmOperation
  readonly key: string | undefined
  readonly version: string | undefined
  readonly alg: string | undefined
  readonly external: ExternalKeyCall | undefined
  readonly scope: string | undefined
  readonly caller: string | undefined
  readonly principals: readonly string[] | undefined
  readonly outcome: 'success' | AuditRefusal
  readonly byTime: boolean
  readonly previous: StoredEntry | undefined
}

/** The trail. Its head moves; its entries never change. */
export interface Trail {
  /** How many entries can be read: the latest. */
  readonly limit: number
  /** How many entries were ever written. */
  total: number
  newest: StoredEntry | undefined
  /** How many entries `newest` has: up to the limit. */
  count: number
  /** The older generation: full, or absent. */
  older: StoredEntry | undefined
}

/** Creates an empty trail. */
export function emptyTrail(limit: number): Trail {
  return { limit, total: 0, newest: undefined, count: 0, older: undefined }
}

/** Copies a trail, in constant time. */
export function forkTrail(trail: Trail): Trail {
  return { ...trail }
}

/** Adds an entry. */
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
  const { at, operation, key, version, alg, external, scope, caller, principals, outcome } = entry
  const previous = trail.newest
  trail.newest = {
    at,
    operation,
    key,
    version,
    alg,
    external,
    scope,
    caller,
    principals,
    outcome,
    byTime,
    previous,
  }
  trail.count += 1
}

/** Returns how many entries can be read. */
export function keptEntries({ total, limit }: Trail): number {
  return Math.min(total, limit)
}

/** Returns the latest entries, at most so many, oldest first. */
export function entriesOf(
  { newest, older, limit }: Trail,
  most: number = Number.POSITIVE_INFINITY,
): readonly AuditEntry[] {
  const entries: AuditEntry[] = []
  const end = Math.min(limit, most)
  for (const generation of [newest, older]) {
    for (let at = generation; at !== undefined && entries.length < end; at = at.previous) {
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
  external,
  scope,
  caller,
  principals,
  outcome,
  byTime,
}: StoredEntry): AuditEntry {
  return {
    at,
    operation,
    ...(key !== undefined && { key }),
    ...(version !== undefined && { version }),
    ...(alg !== undefined && { alg }),
    ...(external !== undefined && { external: { ...external } }),
    ...(scope !== undefined && { scope }),
    ...(caller !== undefined && { caller }),
    ...(principals !== undefined && { principals: [...principals] }),
    outcome: outcome === 'success' ? outcome : { ...outcome },
    ...(byTime && { byTime }),
  }
}
