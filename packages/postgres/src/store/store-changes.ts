/** From a partial HSM after its call to what the database stores. */

import { auditSince, exportParts, type HsmParts } from 'pocket-hsm'
import type { Queries } from '../driver/driver.ts'
import { databaseError, failureKind, toDatabaseError } from '../errors/database-error.ts'
import { type Commit, type Committed, happened, newCommitId, storeCommit } from '../rows/commit.ts'
import type { Repeat } from '../rows/repeats.ts'
import { MOST_CREATED_BESIDE_OTHERS } from '../schema/commit-function.ts'
import type { Loaded } from './load-parts.ts'
import { retrying, type StoreContext } from './store-context.ts'

/** What became of changes: there were none, they are stored, somebody else was faster, or the request was stored before. */
export type Stored = 'read' | 'write' | 'conflict' | 'repeated'

/**
 * Stores what a call has changed, and records it.
 *
 * @param isKept - Whether the call has succeeded: nothing that a failed call has changed is stored.
 * @param repeat - The request, if it is to be stored once.
 * @returns `conflict` if anything is not as it was loaded: then the call has to run again.
 * @throws `OutcomeUnknown` - the connection was lost, and the database does not come back.
 */
export async function storeChanges(
  context: StoreContext,
  loaded: Loaded,
  isKept: boolean,
  repeat?: Repeat,
): Promise<Stored> {
  const { hsm, since, events } = loaded
  const parts = exportParts(hsm, since)
  const audit = auditSince(hsm, since)
  if (!hasChanges(parts)) {
    context.audit.add(context.id, audit)
    return 'read'
  }
  if (!isKept) {
    context.audit.add(
      context.id,
      audit.filter(({ outcome }) => outcome !== 'success'),
    )
    return 'read'
  }
  const commit = { ...commitOf(context, loaded, parts), audit, events, repeat }
  return commitOrResolve(context, parts, commit)
}

/** Returns whether there is anything to store. */
export function hasChanges({ hsm, keys, gone, purges, randomDraws }: HsmParts): boolean {
  return (
    hsm !== undefined ||
    keys.length > 0 ||
    gone.length > 0 ||
    purges.length > 0 ||
    randomDraws !== undefined
  )
}

/** The commit of what has changed, without what it records. */
export function commitOf(
  { id, serverConnections }: StoreContext,
  { rows, revisions, isWhole }: Loaded,
  parts: HsmParts,
): Omit<Commit, 'audit' | 'events'> {
  const { keyLimit = Number.POSITIVE_INFINITY } = parts
  const created = parts.keys.filter(({ isNew }) => isNew).length
  const mayBeFull =
    created > 0 &&
    (rows.keyCount + created + (serverConnections + 1) * MOST_CREATED_BESIDE_OTHERS > keyLimit ||
      (created > MOST_CREATED_BESIDE_OTHERS && Number.isFinite(keyLimit)))
  return {
    hsm: id,
    revision: rows.revision,
    parts,
    revisions,
    draws: rows.draws,
    isAlone: parts.hsm !== undefined || mayBeFull || isWhole,
    ...(isWhole && { count: rows.keyCount }),
  }
}

async function commitOrResolve(
  context: StoreContext,
  parts: HsmParts,
  commit: Commit,
): Promise<Stored> {
  const { driver } = context
  const commitId = newCommitId()
  try {
    remember(context, parts, await storeCommit(driver, context.commit, commitId, commit))
    context.noteWrite(undefined)
    if (commit.events.length > 0) context.onStored()
    return 'write'
  } catch (error) {
    const kind = failureKind(error)
    if (kind === 'NearLimit' && !commit.isAlone) {
      return commitOrResolve(context, parts, { ...commit, isAlone: true })
    }
    if (kind === 'Repeated') return 'repeated'
    if (kind === 'Conflict' || kind === 'NearLimit') return 'conflict'
    context.noteWrite(kind)
    if (kind !== 'DatabaseAway') throw toDatabaseError(error)
    forget(context, parts)
    if (!(await resolve(context, commitId))) return 'conflict'
    if (commit.events.length > 0) context.onStored()
    return 'write'
  }
}

async function resolve(
  { driver, schema, resolveMs }: StoreContext,
  commitId: string,
): Promise<boolean> {
  try {
    return await retrying(resolveMs, () => happened(driver, schema, commitId))
  } catch (error) {
    throw databaseError(
      'OutcomeUnknown',
      'The connection to the database was lost while it stored the changes: they may be stored or not.',
      error,
    )
  }
}

/** Keeps the keys that were stored, under their new revisions. */
export function remember({ id, cache }: StoreContext, parts: HsmParts, { keys }: Committed): void {
  for (const { name, opened, bytes } of parts.keys) {
    const stored = keys.get(name)
    if (stored) cache.set(id, name, { revision: stored.revision, opened }, bytes.length)
  }
  for (const name of parts.gone) cache.delete(id, name)
}

function forget({ id, cache }: StoreContext, { keys, gone }: HsmParts): void {
  for (const name of [...keys.map((key) => key.name), ...gone]) cache.delete(id, name)
}

/** Stores changes in a transaction that is open. */
export async function storeInTransaction(
  context: StoreContext,
  queries: Queries,
  loaded: Loaded,
): Promise<{ readonly count: number; readonly remember: () => void }> {
  const { hsm, since, events } = loaded
  const parts = exportParts(hsm, since)
  if (!hasChanges(parts)) return { count: 0, remember: () => {} }
  const commit = { ...commitOf(context, loaded, parts), audit: auditSince(hsm, since), events }
  const stored = await storeCommit(queries, context.commit, newCommitId(), {
    ...commit,
    isAlone: false,
  })
  return {
    count: parts.keys.length + parts.gone.length,
    remember: () => {
      remember(context, parts, stored)
      if (events.length > 0) context.onStored()
    },
  }
}
