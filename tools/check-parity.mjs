// Checks: every line about the service says how it is known and which test would fail without it, and every operation
// of the service's clients names a function that exists.
//
//   node tools/check-parity.mjs [folder of the tree]
//
// The tests are those that vitest finds, or with TESTS_REPORT those of a report of its reporter `json`, which is quicker.
//
// The columns of a table say what is checked:
//
// - `known` says how a line is known: parts with `; ` between, each with one of the LABELS, which the first begins with.
// - `test` names tests, each in a piece of code, with commas between: `stem: part of its full name`, the package
//   before the stem where several packages have the file: `lifecycle/life-cycle: purge of a key that is deleted`.
//   Without a column `known`, the words `with the REST layer` may stand there instead.
// - `function` names functions that packages/hsm/src/index.ts exports, or says `not here: ` and why.

import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { collectTests, reportedTests } from './lib/collected-tests.mjs'
import { codeIn, tablesOfMarkdown } from './lib/markdown-tables.mjs'
import { isMain, report } from './lib/report.mjs'

const PAGES = ['docs/parity.md', 'docs/surface.md']
const INDEX = 'packages/hsm/src/index.ts'
const LABELS = ['documented', 'recorded', 'inferred', 'our own']
const LATER = 'with the REST layer'

/**
 * Checks a tree whose packages are built.
 *
 * @param {string} root
 * @param {string} [testsReport]
 * @returns {{ faults: string[], summary: string }}
 */
export function checkParity(root, testsReport) {
  const missing = [...PAGES, INDEX].filter((path) => !existsSync(join(root, path)))
  if (missing.length > 0)
    return { faults: missing.map((path) => `${path} is missing`), summary: '' }
  const read = (path) => readFileSync(join(root, path), 'utf8')
  const { tests, faults } =
    testsReport === undefined ? collectTests(root) : reportedTests(root, testsReport)
  if (faults.length > 0) return { faults, summary: '' }
  return checkPages(
    PAGES.map((path) => ({ path, text: read(path) })),
    { tests, exported: exportedValues(read(INDEX)) },
  )
}

/**
 * Checks pages against what there is.
 *
 * @param {readonly { path: string, text: string }[]} pages
 * @param {object} there
 * @param {readonly import('./lib/collected-tests.mjs').CollectedTest[]} there.tests
 * @param {readonly string[]} there.exported The functions of the package.
 * @returns {{ faults: string[], summary: string }}
 */
export function checkPages(pages, { tests, exported }) {
  const rows = pages.flatMap(rowsOf)
  const inTables = rows.flatMap((row) => codeIn(row.cells['function'] ?? '').code)
  const faults = [
    ...pages.filter(({ text }) => tablesOfMarkdown(text).length === 0).map(hasNoTable),
    ...rows.flatMap((row) => faultsOfRow(row, tests, exported).map((fault) => at(row, fault))),
    ...repeatedRows(rows),
    ...exported
      .filter((name) => !inTables.includes(name))
      .map((name) => `${INDEX} exports ${name}, which is in no table`),
  ]
  const named = rows.flatMap((row) => codeIn(row.cells.test ?? '').code)
  return {
    faults,
    summary: `Parity holds: ${rows.length} rows, ${named.length} references to ${tests.length} tests`,
  }
}

const at = ({ path, line }, fault) => `${path}:${line}: ${fault}`

const hasNoTable = ({ path }) => `${path} has no table`

/** The rows of a page, their cells by the names of their columns. */
function rowsOf({ path, text }) {
  return tablesOfMarkdown(text).flatMap(({ header, rows }) =>
    rows.map(({ line, cells }) => ({
      path,
      line,
      header,
      width: cells.length,
      claim: cells[0] ?? '',
      cells: Object.fromEntries(header.map((name, column) => [name, cells[column] ?? ''])),
    })),
  )
}

function faultsOfRow({ header, width, claim, cells }, tests, exported) {
  if (width !== header.length) return [`has ${width} cells under ${header.length} columns`]
  if (claim === '') return ['says nothing']
  if (!('test' in cells) && !('function' in cells)) {
    return ['stands in a table without a column test or function']
  }
  return [
    ...('known' in cells ? faultsOfLabel(cells.known) : []),
    ...('test' in cells ? faultsOfTests(cells, tests) : []),
    ...('function' in cells ? faultsOfFunction(cells['function'], exported) : []),
  ]
}

function faultsOfLabel(known) {
  const isLabelled = (part, index) =>
    LABELS.some((label) => {
      const position = ` ${part} `.search(new RegExp(`[ ,]${label}[ ,]`))
      return index === 0 ? position === 0 : position !== -1
    })
  return known
    .split('; ')
    .filter((part, index) => !isLabelled(part, index))
    .map((part) => `"${part}" is not labelled: ${LABELS.join(', ')}`)
}

function faultsOfTests({ test, known }, tests) {
  if (known === undefined && test === LATER) return []
  const { code, prose } = codeIn(test)
  if (code.length === 0) return ['names no test']
  const words = prose.replace(/^[,\s]+|[,\s]+$/g, '')
  return [
    ...(words === '' ? [] : [`has words besides its tests: ${words}`]),
    ...code
      .filter((name, index) => code.indexOf(name) !== index)
      .map((name) => `names twice the test ${name}`),
    ...code.flatMap((name) => faultsOfTest(name, tests)),
  ]
}

function faultsOfTest(name, tests) {
  const [, group, stem, part] = /^(?:([\w-]+)\/)?([\w.-]+): (.+)$/.exec(name) ?? []
  if (part === undefined) return [`"${name}" is no test: file stem, colon, part of a title`]
  const inFile = tests.filter(
    (test) => test.stem === stem && (group === undefined || test.group === group),
  )
  const groups = new Set(inFile.map((test) => test.group))
  if (groups.size > 1) return [`"${name}" may be of ${[...groups].join(' or ')}: name the package`]
  if (inFile.some((test) => test.name.includes(part))) return []
  return [`"${name}" names no test`]
}

function faultsOfFunction(cell, exported) {
  const { code } = codeIn(cell)
  if (code.length === 0 && !/^not here: \S/.test(cell)) {
    return ['names no function, and does not say "not here: " and why']
  }
  return code
    .filter((name) => !exported.includes(name))
    .map((name) => `${name} is not exported by ${INDEX}`)
}

function repeatedRows(rows) {
  const keyOf = ({ path, header, claim }) => [path, header[0], claim.toLowerCase()].join('\n')
  const first = new Map(rows.toReversed().map((row) => [keyOf(row), row]))
  return rows
    .filter((row) => first.get(keyOf(row)) !== row)
    .map((row) => at(row, `says again what line ${first.get(keyOf(row)).line} says`))
}

/** What a module exports by name, without its types. */
function exportedValues(text) {
  const { statements } = ts.createSourceFile(INDEX, text, ts.ScriptTarget.Latest)
  return statements
    .filter((statement) => ts.isExportDeclaration(statement) && !statement.isTypeOnly)
    .flatMap(({ exportClause }) => exportClause.elements.filter(({ isTypeOnly }) => !isTypeOnly))
    .map(({ name }) => name.text)
}

if (isMain(import.meta.url)) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
  const { faults, summary } = checkParity(root, process.env['TESTS_REPORT'])
  report(faults, summary)
}
