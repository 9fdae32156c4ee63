/** Tables: one line for each thing, one column for each fact. */

/** A column: its heading, and the fact that it shows of a thing that is printed. */
export type Column = readonly [heading: string, show: (thing: never) => unknown]

/** Lines of text in columns, under their headings. */
export function table(columns: readonly Column[], things: readonly unknown[]): string {
  const headings = columns.map(([heading]) => heading)
  const rows = cells(columns, things)
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...rows.map((row) => row[at]?.length ?? 0)),
  )
  const rules = widths.map((width) => '-'.repeat(width))
  return [headings, rules, ...rows]
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** The same facts between tabs, for other programs. */
export function tabs(columns: readonly Column[], things: readonly unknown[]): string {
  return cells(columns, things)
    .map((row) => `${row.join('\t')}\n`)
    .join('')
}

function cells(columns: readonly Column[], things: readonly unknown[]): readonly string[][] {
  return things.map((thing) => columns.map(([, show]) => cell(show(thing as never))))
}

/** A line stays a line, whatever a tag or a text holds. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  return String(value).replace(/\p{Cc}/gu, ' ')
}
