/** Storing what a request has changed. */

import { randomBytes } from 'node:crypto'
import type { AuditEntry, HsmEvent, HsmParts } from 'pocket-hsm'
import type { Queries } from '../driver/driver.ts'
import type { Repeat } from './repeats.ts'

/** What to store, and what must not have changed since it was loaded. */
export interface Commit {
  readonly hsm: number
  /** The revision of the HSM. */
  readonly revision: number
  readonly parts: HsmParts
  /** The revisions of the keys that were loaded. */
  readonly revisions: ReadonlyMap<string, number>
  /** How many times random bytes had been returned. */
  readonly draws: number
  readonly audit: readonly AuditEntry[]
  readonly events: readonly HsmEvent[]
  /** How many keys there were, if every one of them was read: there must not be others. */
  readonly count?: number
  /** Whether no other commit may run at the same time. */
  readonly isAlone: boolean
  /** The request, if its client may send it again. */
  readonly repeat?: Repeat | undefined
}

/** What is stored now. */
export interface Committed {
  /** The revision and the place of each key that was stored. */
  readonly keys: ReadonlyMap<string, { readonly revision: number; readonly sequence: number }>
}

/** Makes the identifier of a commit, a UUID: first a time, so that neighbours in time are neighbours in the index. */
export function newCommitId(): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  const hex = bytes.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

/** The statement for one schema. */
export const commitStatement = (schema: string): string =>
  `select ${schema}.commit_changes(($1::text)::jsonb)::text as stored`

/** Calls the function of the database; it throws if anything is not as it was loaded. */
export async function storeCommit(
  queries: Queries,
  statement: string,
  id: string,
  commit: Commit,
): Promise<Committed> {
  const [row] = await queries.query(statement, [toText(id, commit)])
  const { keys } = JSON.parse(String(row?.['stored'])) as {
    readonly keys: Readonly<Record<string, readonly [number, number]>>
  }
  return {
    keys: new Map(
      Object.entries(keys).map(([name, [revision, sequence]]) => [name, { revision, sequence }]),
    ),
  }
}

function toText(id: string, commit: Commit): string {
  const { hsm, revision, parts, revisions, draws, audit, events, isAlone, count, repeat } = commit
  const keys = parts.keys.map(({ name, list, sequence, isNew, dueAt, noticeAt, bytes }) => ({
    isNew,
    row: {
      name,
      list,
      dueAt,
      noticeAt,
      bytes: base64(bytes),
      ...(isNew ? { place: sequence } : { revision: revisions.get(name) }),
    },
  }))
  // One order for all: two commits never wait for each other in a ring.
  const changed = sorted(keys.filter(({ isNew }) => !isNew).map(({ row }) => row))
  const created = keys.filter(({ isNew }) => isNew).map(({ row }) => row)
  // A key that was purged and created again within one request is replaced.
  const replaced = created.filter(({ name }) => revisions.has(name)).map(({ name }) => name)
  const gone = sorted(
    [...parts.gone.filter((name) => revisions.has(name)), ...replaced].map((name) => ({
      name,
      revision: revisions.get(name),
    })),
  )
  const written = new Set([...changed, ...gone].map(({ name }) => name))
  const reads = sorted(
    [...revisions]
      .filter(([name]) => !written.has(name))
      .map(([name, known]) => ({ name, revision: known })),
  )
  return JSON.stringify(
    {
      id,
      hsm,
      revision,
      ...(isAlone && { exclusive: true }),
      ...(count !== undefined && { count }),
      ...(repeat !== undefined && { repeat: [base64(repeat.request), base64(repeat.result)] }),
      ...(changed.length > 0 && { changed }),
      ...(created.length > 0 && { created }),
      ...(gone.length > 0 && { gone }),
      ...(reads.length > 0 && { reads }),
      ...(parts.purges.length > 0 && { purges: parts.purges }),
      ...(parts.randomDraws !== undefined && { draws: [draws, parts.randomDraws] }),
      ...(parts.hsm && { bytes: base64(parts.hsm) }),
      ...(parts.keyLimit !== undefined && { limit: parts.keyLimit }),
      ...(audit.length > 0 && { audit }),
      ...(events.length > 0 && { events }),
    },
    storable,
  )
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

const sorted = <Named extends { readonly name: string }>(
  rows: readonly Named[],
): readonly Named[] => rows.toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** What no text of PostgreSQL may have: the character 0, and half of a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu

/** Replaces characters that cannot be stored: callers may send any. */
export function storable(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(UNSTORABLE, '\ufffd') : value
}

/**
 * Finds out whether a commit happened whose connection was lost, and keeps it from happening later.
 *
 * If the statement is still running, this waits for its end.
 */
export async function happened(queries: Queries, schema: string, id: string): Promise<boolean> {
  const rows = await queries.query(
    `insert into ${schema}.commits (id) values ($1::uuid) on conflict do nothing returning 1 as is_new`,
    [id],
  )
  return rows.length === 0
}
