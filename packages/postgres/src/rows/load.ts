/** Reading what a request needs: one statement, and so one snapshot of the database. */

import type { Queries, Row } from '../driver/driver.ts'

/** A key as it is stored. */
export interface KeyRow {
  readonly name: string
  readonly revision: number
  readonly sequence: number
  /** Absent if the revision is the one that was known. */
  readonly bytes: Uint8Array | undefined
}

/** An HSM, and the keys that were asked for. */
export interface LoadedRows {
  readonly revision: number
  /** Absent if the revision is the one that was known. */
  readonly bytes: Uint8Array | undefined
  readonly draws: number
  /** Whether events are recorded. */
  readonly hasEvents: boolean
  /** Milliseconds since 1970 on the clock of the database, as far as it was moved. */
  readonly now: number
  /** How many keys there are, in every state. */
  readonly keyCount: number
  /** Whether time has changed a key and nobody has stored that yet; with events, also whether there is something to announce. */
  readonly isDue: boolean
  readonly keys: readonly KeyRow[]
  readonly purges: readonly { readonly name: string; readonly times: number }[]
}

/** Part of a list. */
export interface PageRange {
  readonly list: 'active' | 'deleted'
  readonly order: 'name' | 'creation'
  readonly after?: string | number | undefined
  readonly count: number
}

/** What to read. */
export interface Wanted {
  readonly hsm: number
  /** The revision of the HSM that is known; 0 for none. */
  readonly revision: number
  /** Names with the revision that is known; 0 for none. */
  readonly names: readonly (readonly [string, number])[]
  readonly page?: PageRange | undefined
  /** Whether to read every key, and so no page: at most so many and one more. */
  readonly mostKeys?: number | undefined
}

const KEY_COLUMNS = 'k.revision::float8, k.sequence::float8, k.bytes'

/** Looks at the first entry of an index: with `exists`, the planner may choose to read all keys. */
const isDue = (s: string, column: string): string => `coalesce((
    select d.${column} from ${s}.keys d where d.hsm = h.id and d.${column} is not null order by d.${column} limit 1
  ) <= floor(t.now / 1000)::bigint, false)`

/** Nine columns for every kind of row: 0 the HSM, 1 a key, 2 a name that was purged. */
const headAndNames = (s: string): string => `
with t as materialized (
  select floor(extract(epoch from clock_timestamp()) * 1000 + clock_offset)::float8 as now from ${s}.server
), w as materialized (
  select * from unnest($3::text[], $4::float8[]) as w (name, revision)
)
select 0 as kind, null::text as name, h.revision::float8 as revision, h.random_draws::float8 as number,
  case when h.revision = $2::float8 then null else h.bytes end as bytes, t.now, h.has_events,
  (select coalesce(sum(c.keys), 0) from ${s}.key_counts c where c.hsm = h.id)::float8 as key_count,
  ${isDue(s, 'due_at')} or (h.has_events and ${isDue(s, 'notice_at')}) as is_due
  from ${s}.hsms h, t where h.id = $1
union all
select 1, k.name, k.revision::float8, k.sequence::float8, case when k.revision = w.revision then null else k.bytes end,
  null, null, null, null
  from w join ${s}.keys k on k.hsm = $1 and k.name = w.name
union all
select 2, p.name, null, p.times::float8, null, null, null, null, null
  from w join ${s}.purges p on p.hsm = $1 and p.name = w.name`

/** Without an alternative that a general plan of the statement could not use an index for. */
const pageOf = (s: string, column: string, type: string, first: string): string => `
union all
select * from (
  select 1, k.name, ${KEY_COLUMNS}, null::float8, null::boolean, null::float8, null::boolean
  from ${s}.keys k where k.hsm = $1 and k.list = $5 and k.${column} > coalesce($6::${type}, ${first})
  order by k.${column} limit $7
) as page`

/** Every key, and how often each name was purged. */
const allOf = (s: string): string => `
union all
select * from (
  select 1, k.name, ${KEY_COLUMNS}, null::float8, null::boolean, null::float8, null::boolean
  from ${s}.keys k where k.hsm = $1 limit $5
) as everything
union all
select 2, p.name, null, p.times::float8, null, null, null, null, null from ${s}.purges p where p.hsm = $1`

/** The statements for one schema. */
export interface LoadStatements {
  readonly names: string
  readonly all: string
  readonly pages: Readonly<Record<PageRange['order'], string>>
}

/** Makes the statements. */
export function loadStatements(schema: string): LoadStatements {
  const head = headAndNames(schema)
  return {
    names: head,
    all: head + allOf(schema),
    pages: {
      name: head + pageOf(schema, 'name', 'text', "''"),
      creation: head + pageOf(schema, 'sequence', 'bigint', '0'),
    },
  }
}

/** Reads. Returns `undefined` if there is no such HSM. */
export async function loadRows(
  queries: Queries,
  statements: LoadStatements,
  { hsm, revision, names, page, mostKeys }: Wanted,
): Promise<LoadedRows | undefined> {
  const values = [hsm, revision, names.map(([name]) => name), names.map(([, known]) => known)]
  const read = () => {
    if (mostKeys !== undefined) return queries.query(statements.all, [...values, mostKeys + 1])
    if (page === undefined) return queries.query(statements.names, values)
    const { list, order, after = null, count } = page
    return queries.query(statements.pages[order], [...values, list, after, count])
  }
  const rows = await read()
  const head = rows.find(({ kind }) => kind === 0)
  if (head === undefined) return undefined
  return {
    revision: Number(head['revision']),
    bytes: bytesOf(head),
    draws: Number(head['number']),
    hasEvents: head['has_events'] === true,
    now: Number(head['now']),
    keyCount: Number(head['key_count']),
    isDue: head['is_due'] === true,
    keys: distinct(rows.filter(({ kind }) => kind === 1).map(toKeyRow)),
    purges: rows
      .filter(({ kind }) => kind === 2)
      .map(({ name, number }) => ({ name: String(name), times: Number(number) })),
  }
}

/** Turns a row into a key. */
export function toKeyRow(row: Row): KeyRow {
  return {
    name: String(row['name']),
    revision: Number(row['revision']),
    sequence: Number(row['number']),
    bytes: bytesOf(row),
  }
}

const bytesOf = ({ bytes }: Row): Uint8Array | undefined =>
  bytes instanceof Uint8Array ? bytes : undefined

/** A key that was asked for by name may be on the page too: the row with bytes counts. */
function distinct(keys: readonly KeyRow[]): readonly KeyRow[] {
  const byName = new Map<string, KeyRow>()
  for (const key of keys) {
    if (key.bytes !== undefined || !byName.has(key.name)) byName.set(key.name, key)
  }
  return [...byName.values()]
}
