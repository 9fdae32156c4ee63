/** Tables: one line for each row, and one column for each property. */

import { escapeControls } from '../../network/escape-controls.ts'

/** A column: its heading, and its value for a row. */
export type Column = readonly [heading: string, cellOf: (row: never) => unknown]

/** Lines of text in columns, under their headings. */
export function table(columns: readonly Column[], rows: readonly unknown[]): string {
  const headings = columns.map(([heading]) => heading)
  const lines = cells(columns, rows)
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...lines.map((row) => row[at]?.length ?? 0)),
  )
  const rules = widths.map((width) => '-'.repeat(width))
  return [headings, rules, ...lines]
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** The same values separated by tabs, for other programs. */
export function tabs(columns: readonly Column[], rows: readonly unknown[]): string {
  return cells(columns, rows)
    .map((row) => `${row.join('\t')}\n`)
    .join('')
}

function cells(columns: readonly Column[], rows: readonly unknown[]): readonly string[][] {
  return rows.map((row) => columns.map(([, cellOf]) => cell(cellOf(row as never))))
}

/** Control characters become blanks: a value never spans lines. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  return escapeControls(String(value).replace(/\p{Cc}/gu, ' '))
}
