/** What a command found, as JSON or as a table. */

import { type Column, table, tabs } from './table.ts'

/** Names for `--output`. */
export const OUTPUTS = ['json', 'table', 'tsv', 'none'] as const

/** How to print. */
export type Output = (typeof OUTPUTS)[number]

/** The text of what was found; none where nothing was. */
export function printed(found: unknown, output: Output, columns: readonly Column[]): string {
  if (found === undefined || output === 'none') return ''
  if (output === 'json') return `${JSON.stringify(sorted(found), undefined, 2)}\n`
  const things = Array.isArray(found) ? found : [found]
  return output === 'table' ? table(columns, things) : tabs(columns, things)
}

/** az writes the members of every object in the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
