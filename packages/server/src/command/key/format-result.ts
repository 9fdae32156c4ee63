/** The result of a command as text: JSON or a table. */

import { escapeLines } from '../../network/escape-controls.ts'
import { type Column, table, tabs } from './table.ts'

/** Names for `--output`. */
export const OUTPUTS = ['json', 'table', 'tsv', 'none'] as const

/** How to print. */
export type Output = (typeof OUTPUTS)[number]

/** Formats a result; the text is empty for `undefined` and for the output `none`. */
export function formatResult(result: unknown, output: Output, columns: readonly Column[]): string {
  if (result === undefined || output === 'none') return ''
  if (output === 'json') return `${escapeLines(JSON.stringify(sorted(result), undefined, 2))}\n`
  const rows = Array.isArray(result) ? result : [result]
  return output === 'table' ? table(columns, rows) : tabs(columns, rows)
}

/** az writes the members of every object in the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
