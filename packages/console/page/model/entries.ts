/** Which entries of the audit trail are shown. */

import type { AuditEntry } from 'pocket-hsm'

/** What entries must match; empty members match all. */
export interface EntryFilter {
  readonly key: string
  readonly operation: string
  readonly caller: string
  readonly outcome: '' | 'success' | 'refused' | 'time'
}

/** Matches everything. */
export const NO_ENTRY_FILTER: EntryFilter = { key: '', operation: '', caller: '', outcome: '' }

const OUTCOMES: Readonly<Record<EntryFilter['outcome'], (entry: AuditEntry) => boolean>> = {
  '': () => true,
  success: ({ outcome, byTime }) => outcome === 'success' && byTime !== true,
  refused: ({ outcome }) => outcome !== 'success',
  time: ({ byTime }) => byTime === true,
}

/** The entries that match, in their order; a text matches what contains it, upper and lower case the same. */
export function filterEntries<Entry extends AuditEntry>(
  entries: readonly Entry[],
  { key, operation, caller, outcome }: EntryFilter,
): readonly Entry[] {
  const has = (value: string | undefined, part: string) =>
    part === '' || (value ?? '').toLowerCase().includes(part.trim().toLowerCase())
  return entries.filter(
    (entry) =>
      has(entry.key, key) &&
      has(entry.operation, operation) &&
      has(entry.caller, caller) &&
      OUTCOMES[outcome](entry),
  )
}
