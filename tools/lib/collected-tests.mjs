// Holds: the tests are those that vitest would run, by the names that it would print: none that is skipped, none renamed.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { runQuietly } from './run.mjs'

const VITEST = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs')

/**
 * @typedef {object} CollectedTest
 * @property {string} group The vitest project: `crypto`, `lifecycle`, `hsm`, ...
 * @property {string} stem Its file's name without `.test.ts`.
 * @property {string} name Its title behind those of its describe blocks, with ` > ` between.
 */

/**
 * The tests of a tree whose packages are built. Reads every test file and runs no test.
 *
 * @param {string} root
 * @returns {{ tests: CollectedTest[], faults: string[] }}
 */
export function collectTests(root) {
  const folder = mkdtempSync(join(tmpdir(), 'tests-'))
  try {
    const file = join(folder, 'tests.json')
    const { ok, output } = runQuietly(process.execPath, [VITEST, 'list', `--json=${file}`], {
      cwd: root,
      // Without a PostgreSQL its tests would be skipped; the gate has one. Whoever lists does not ask it anything.
      env: { TEST_POSTGRES_URL: 'postgres://listed' },
    })
    if (!ok || !existsSync(file)) return { tests: [], faults: [`vitest cannot list:\n${output}`] }
    const tests = JSON.parse(readFileSync(file, 'utf8')).map((test) => ({
      group: test.projectName ?? '',
      stem: basename(test.file).replace(/\.test\.m?[jt]s$/, ''),
      name: test.name,
    }))
    return { tests, faults: tests.length > 0 ? [] : ['vitest lists no test'] }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What tests that need a PostgreSQL have in their titles where they were left out; the gate runs them by themselves. */
const LEFT_OUT = / \(needs a PostgreSQL: [^)]*\)/g

/**
 * The tests of a report that a run of all of them has written: the same, without reading the files once more.
 *
 * @param {string} root
 * @param {string} file Of vitest's reporter `json`.
 * @returns {{ tests: CollectedTest[], faults: string[] }}
 */
export function reportedTests(root, file) {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'))
  const tests = testResults.flatMap(({ name: path, assertionResults }) => {
    const [, group] = /^(?:packages\/)?([^/]+)\//.exec(relative(root, path)) ?? []
    const stem = basename(path).replace(/\.test\.m?[jt]s$/, '')
    return assertionResults.flatMap(({ status, ancestorTitles, title }) => {
      const name = [...ancestorTitles, title].join(' > ')
      const isLeftOut = name.search(LEFT_OUT) >= 0
      if (status !== 'passed' && status !== 'failed' && !isLeftOut) return []
      return [{ group: group ?? '', stem, name: name.replace(LEFT_OUT, '') }]
    })
  })
  return { tests, faults: tests.length > 0 ? [] : [`${file} has no test`] }
}
