// Numbers as a reader wants them.

/**
 * A time in the unit that suits it, with three significant digits.
 *
 * @param {number} milliseconds
 */
export function duration(milliseconds) {
  const [unit, size] = UNITS.find(([, least]) => milliseconds >= least) ?? UNITS.at(-1)
  return `${digits(milliseconds / size)} ${unit}`
}

/**
 * A median in its unit. Defaults to a time in milliseconds.
 *
 * @param {number} value
 * @param {string} [unit] What is counted, such as bytes.
 */
export const amount = (value, unit) =>
  unit === undefined ? duration(value) : `${count(value)} ${unit}`

/** A number of something, without its unit. */
export const count = (value) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : digits(value)

/** How many times one goes into the other, as `12×`, `3.4×` or `0.056×`. */
export const times = (ratio) => `${digits(ratio)}×`

const UNITS = [
  ['s', 1000],
  ['ms', 1],
  ['µs', 0.001],
  ['ns', 0.000001],
]

/** Three significant digits, and no more than the number has before the point. */
function digits(value) {
  if (value >= 100) return String(Math.round(value))
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)))
}

/**
 * Lines of equally wide columns: the first to the left, the others to the right.
 *
 * @param {readonly (readonly string[])[]} rows All of one length.
 */
export function columns(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  )
}

/**
 * A table in Markdown: the first column to the left, the others to the right.
 *
 * @param {readonly string[]} heading
 * @param {readonly (readonly string[])[]} rows
 */
export function markdownTable(heading, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = `| ${heading.map((_, column) => (column === 0 ? '---' : '---:')).join(' | ')} |`
  return [line(heading), rule, ...rows.map(line)].join('\n')
}
