// Holds: no row hides: every line of every table in a text is read, with the line where it stands.

/**
 * @typedef {object} MarkdownTable
 * @property {number} line The line of its header, from 1.
 * @property {string[]} header
 * @property {{ line: number, cells: string[] }[]} rows
 */

const RULE = /^\|(\s*:?-+:?\s*\|)+$/

/**
 * The tables of a Markdown text. Every line of theirs begins and ends with a bar.
 *
 * @param {string} text
 * @returns {MarkdownTable[]} In the order of the text; lines in blocks of code count for nothing.
 */
export function tablesOfMarkdown(text) {
  const tables = []
  let table
  let inCode = false
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(```|~~~)/.test(line)) inCode = !inCode
    if (inCode || !line.startsWith('|')) table = undefined
    else if (table === undefined) {
      table = { line: index + 1, header: cellsOf(line), rows: [] }
      tables.push(table)
    } else if (!RULE.test(line)) table.rows.push({ line: index + 1, cells: cellsOf(line) })
  }
  return tables
}

// As in GitHub's Markdown: a bar behind a backslash belongs to its cell, also in code.
const cellsOf = (line) =>
  line
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))

/**
 * The pieces of code in a cell, and what is left of it without them.
 *
 * @param {string} cell
 * @returns {{ code: string[], prose: string }}
 */
export function codeIn(cell) {
  const span = /(`+)(.+?)\1/g
  return {
    code: [...cell.matchAll(span)].map(([, , code]) => code.trim()),
    prose: cell.replace(span, '').trim(),
  }
}
