/** Reading the audit trail. */

import {
  type AuditEntry,
  type AuditFilter,
  checkOptions,
  HsmError,
  OPTION_CHECKS,
  optionTable,
} from 'pocket-hsm'
import type { Queries } from '../driver/driver.ts'

/** Which entries to read: those that match every given member. */
export interface StoredAuditFilter extends Omit<AuditFilter, 'after'> {
  /** The most entries: the latest. 1 to 100,000; defaults to 1,000. */
  readonly count?: number | undefined
}

/** Entries of the table. */
export interface StoredAudit {
  /** Oldest first. */
  readonly entries: readonly AuditEntry[]
  /** Whether there are no older entries that match. */
  readonly isComplete: boolean
}

const { boolean, custom, string } = OPTION_CHECKS

const FILTER = optionTable<StoredAuditFilter>({
  key: string,
  operation: custom(
    'the name of an operation, or a list of names',
    (value) =>
      typeof value === 'string' ||
      (Array.isArray(value) && value.every((each) => typeof each === 'string')),
  ),
  caller: string,
  outcome: OPTION_CHECKS.oneOf(['success', 'refused']),
  byTime: boolean,
  count: custom(
    'a whole number from 1 to 100,000',
    (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 100_000,
  ),
})

/** Reads the latest entries of an HSM that match. */
export async function readAuditRows(
  queries: Queries,
  schema: string,
  hsm: number,
  filter: StoredAuditFilter,
): Promise<StoredAudit> {
  checkOptions('readAudit', filter, FILTER)
  const { operation, caller, outcome, byTime } = filter
  const count = filter.count ?? 1000
  const { name, version } = parseReference(filter.key)
  const rows = await queries.query(
    `select entry from ${schema}.audit where hsm = $1
      and ($2::text is null or upper(key) = $2)
      and ($3::text is null or entry->>'version' = $3)
      and ($4::text[] is null or operation = any ($4::text[]))
      and ($5::text is null or caller = $5)
      and ($6::boolean is null or (entry->>'outcome' = 'success') = $6)
      and ($7::boolean is null or coalesce((entry->>'byTime')::boolean, false) = $7)
      order by id desc limit $8`,
    [
      hsm,
      name ?? null,
      version ?? null,
      operation === undefined || operation === null ? null : [operation].flat(),
      caller ?? null,
      outcome === undefined || outcome === null ? null : outcome === 'success',
      byTime ?? null,
      count + 1,
    ],
  )
  return {
    entries: rows
      .slice(0, count)
      .map(({ entry }) => entry as AuditEntry)
      .reverse(),
    isComplete: rows.length <= count,
  }
}

/** A name, `name/version`, or the identifier of either. */
const REFERENCE =
  /^(?:https?:\/\/[^/]+\/(?:deleted)?keys\/)?([0-9a-z-]{1,127})(?:\/([0-9a-z]{1,64}))?$/i

function parseReference(key: string | null | undefined): {
  readonly name?: string | undefined
  readonly version?: string | undefined
} {
  if (key === undefined || key === null) return {}
  const [, name, version] = REFERENCE.exec(key) ?? []
  if (name !== undefined) return { name: name.toUpperCase(), version }
  const message = 'The key must be the name of a key, name/version or a key identifier.'
  throw new HsmError({ status: 400, code: 'BadParameter', message })
}
