/** Audit entries as lines that a person reads. */

// From the entry point alone: what two entry points share otherwise is a file more for every import of the package.
import { type AuditEntry, type AuditFilter, type Hsm, readAudit, toIsoInstant } from '../index.ts'

/** How many entries a failure shows before it only counts. */
const MOST_LINES = 20

/**
 * Prints the audit trail of an HSM, a line for each entry: instant, operation, key and version, algorithm, caller,
 * outcome. `-` means unknown; a version is cut to its first eight digits.
 *
 * @param filter - Which entries. Defaults to all.
 * @returns Lines without a final line break; an empty text if there are no entries.
 *
 * @example
 * ```ts
 * import { createHsm, createKey } from 'pocket-hsm'
 * import { printAudit } from 'pocket-hsm/testing'
 *
 * const hsm = createHsm({ clock: () => 1_700_000_000_000, seed: 'print' })
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * printAudit(hsm).startsWith('2023-11-14T22:13:20.000Z  createKey  orders/') // true
 * ```
 */
export function printAudit(hsm: Hsm, filter: AuditFilter = {}): string {
  return linesOf(readAudit(hsm, filter).entries).join('\n')
}

/** Entries as the end of a failure: each on a line of its own, not too many. */
export function listed(entries: readonly AuditEntry[]): string {
  const lines = linesOf(entries.slice(0, MOST_LINES))
  const more = entries.length - lines.length
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].map((line) => `\n  ${line}`).join('')
}

function linesOf(entries: readonly AuditEntry[]): readonly string[] {
  const rows = entries.map(cellsOf)
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function cellsOf(entry: AuditEntry): readonly string[] {
  const { at, operation, key = '-', version, alg = '-', outcome } = entry
  const caller = entry.byTime ? '(time)' : (entry.caller ?? '-')
  const ended = outcome === 'success' ? outcome : Object.values(outcome).join(' ')
  const subject = version === undefined ? key : `${key}/${version.slice(0, 8)}`
  return [toIsoInstant(at), operation, subject, alg, caller, ended]
}
