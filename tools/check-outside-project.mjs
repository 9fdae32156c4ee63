// Checks: a project outside of the repository can test production code that it does not change, under every test runner,
// with the packages as they would be published.
//
//   node tools/check-outside-project.mjs [folder of the tree]

import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './lib/install-and-build.mjs'
import { closureOf, packAll } from './lib/pack.mjs'
import { isMain, report } from './lib/report.mjs'
import { runQuietly } from './lib/run.mjs'
import { readJson } from './lib/tree.mjs'

/** The project, as it lies in the repository. */
const PROJECT = 'examples/unchanged-service'

/** What its tests import. */
const TESTED = '@pocket-hsm/azure'

/** The scripts to run, and how each says that tests have passed, and how many. */
const RUNS = [
  { script: 'test:vitest', name: 'vitest', passed: /Tests\s+(\d+) passed \(\d+\)/ },
  { script: 'test:jest', name: 'jest, CommonJS', passed: /Tests:\s+(\d+) passed, \d+ total/ },
  { script: 'test:jest-esm', name: 'jest, modules', passed: /Tests:\s+(\d+) passed, \d+ total/ },
  { script: 'test:node', name: 'node:test', passed: /^# pass (\d+)$/m },
]

/** Every runner has the same tests. */
const TESTS = 5

/**
 * Installs the project outside of a workspace that is installed and built, and runs its tests.
 *
 * @param {string} root
 * @returns {{ faults: string[], summary: string }}
 */
export function checkOutsideProject(root) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'outside-project-')))
  try {
    const installed = install(root, folder)
    if (!installed.ok) return { faults: [`npm install failed:\n${installed.output}`], summary: '' }
    const runs = RUNS.map((run) => ({ ...run, ...runScript(folder, run) }))
    return {
      faults: runs.flatMap(({ name, fault }) => (fault === undefined ? [] : [`${name}: ${fault}`])),
      summary: [
        `A project outside of the repository tests code that it does not change (npm install: ${installed.seconds} s)`,
        ...runs.map(
          ({ name, count, seconds }) => `  ${name}: ${count} tests passed in ${seconds} s`,
        ),
      ].join('\n'),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function install(root, folder) {
  const source = join(root, PROJECT)
  const isOurs = (path) => !path.slice(source.length).includes('node_modules')
  cpSync(source, folder, { recursive: true, filter: isOurs })
  const manifest = readJson(join(source, 'package.json'))
  const tarballs = packInto(root, folder)
  const versionOf = (name) =>
    tarballs.get(name) ?? readJson(join(source, 'node_modules', name, 'package.json')).version
  const withVersions = (dependencies) =>
    Object.fromEntries(Object.keys(dependencies).map((name) => [name, versionOf(name)]))
  const { dependencies, devDependencies, overrides } = manifest
  const outside = {
    ...manifest,
    dependencies: withVersions(dependencies),
    devDependencies: withVersions(devDependencies),
    // A package that depends on another of ours gets its tarball too: none of them is in a registry.
    overrides: { ...overrides, ...withoutKeys(Object.fromEntries(tarballs), devDependencies) },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(outside, null, 2))
  const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts']
  return runQuietly('npm', args, { cwd: folder })
}

const withoutKeys = (object, others) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => others[key] === undefined))

/** Packs the packages into the project; returns what package.json says of each. */
function packInto(root, folder) {
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const packed = mkdtempSync(join(cache, 'outside-'))
  try {
    const packages = closureOf(TESTED, packAll(root, packed))
    for (const { tarball } of packages) cpSync(tarball, join(folder, basename(tarball)))
    return new Map(packages.map(({ name, tarball }) => [name, `file:${basename(tarball)}`]))
  } finally {
    rmSync(packed, { recursive: true })
  }
}

function runScript(folder, { script, passed }) {
  const env = { CI: 'true', FORCE_COLOR: '0', NO_COLOR: '1' }
  const { ok, output, seconds } = runQuietly('npm', ['run', '--silent', script], {
    cwd: folder,
    env,
  })
  const count = Number(passed.exec(output)?.[1] ?? 0)
  const fault = ok && count === TESTS ? undefined : `${count} of ${TESTS} tests passed:\n${output}`
  return { count, seconds, fault }
}

if (isMain(import.meta.url)) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
  if (build(root)) {
    const { faults, summary } = checkOutsideProject(root)
    report(faults, summary)
  } else {
    process.exitCode = 1
  }
}
