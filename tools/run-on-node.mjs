// Holds: the tour and the tests pass on other versions of Node than the one at hand.
//
//   node tools/run-on-node.mjs 22 24 [arguments of vitest run]
//
// npm's package `node` brings them. The workspace has to be installed and built.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMain, report } from './lib/report.mjs'
import { runQuietly } from './lib/run.mjs'

/**
 * Runs the tour, then the tests, on one version of Node.
 *
 * @param {string} root The workspace.
 * @param {string} version Such as `22`: the newest of that line.
 * @param {readonly string[]} args More for `vitest run`.
 * @returns {{ faults: string[], summary: string }}
 */
export function runOnNode(root, version, args = []) {
  const node = fetchNode(root, version)
  if (!node.ok) return { faults: [`Node ${version} could not be had: ${node.output}`], summary: '' }
  const on = `Node ${node.version}`
  const tour = run(root, node, ['examples/tour/tour.mjs', '--json'])
  const file = join(root, 'reports', `tests-on-node-${version}.json`)
  mkdirSync(dirname(file), { recursive: true })
  rmSync(file, { force: true })
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const tests = run(root, node, [vitest, 'run', ...reporters, ...args])
  return {
    faults: [
      ...(tour.ok ? [] : [`${on}: the tour failed:\n${tour.output}`]),
      ...(tests.ok ? [] : [`${on}: the tests failed:\n${tests.output}`]),
    ],
    summary: `${on}: ${toldByTour(tour)}; ${toldByTests(file)} in ${tests.seconds} s`,
  }
}

/** The program, out of npm's cache, and its exact version. */
function fetchNode(root, version) {
  const print = 'process.execPath + " " + process.versions.node'
  const args = ['--yes', '--package', `node@${version}`, '--', 'node', '-p', print]
  const { ok, output, stdout } = runQuietly('npx', args, { cwd: root })
  const [, path, exact] = /^(.*) (\S+)$/m.exec(stdout) ?? []
  return { ok: ok && path !== undefined, output, path, version: exact }
}

/** Runs a script on that Node, which is also the `node` of whatever the script starts. */
function run(root, { path }, args) {
  const PATH = `${dirname(path)}${delimiter}${process.env['PATH']}`
  return runQuietly(path, args, { cwd: root, env: { PATH } })
}

function toldByTour({ stdout }) {
  const last = stdout.trimEnd().split('\n').at(-1)
  const { summary } = last?.startsWith('{"summary"') ? JSON.parse(last) : {}
  return summary ? `${summary.passed} of ${summary.steps} steps of the tour held` : 'no tour'
}

function toldByTests(file) {
  if (!existsSync(file)) return 'no tests'
  const counts = JSON.parse(readFileSync(file, 'utf8'))
  const skipped = counts.numPendingTests + counts.numTodoTests
  return `${counts.numPassedTests} tests passed, ${counts.numFailedTests} failed, ${skipped} skipped`
}

if (isMain(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const told = process.argv.slice(2)
  const isVersion = (argument) => /^\d+(\.\d+){0,2}$/.test(argument)
  const versions = told.filter(isVersion)
  const args = told.filter((argument) => !isVersion(argument))
  if (versions.length === 0)
    report(['name versions, such as: node tools/run-on-node.mjs 22 24'], '')
  for (const version of versions) {
    const { faults, summary } = runOnNode(root, version, args)
    if (summary) process.stdout.write(`${summary}\n`)
    if (faults.length > 0) report(faults, '')
  }
}
