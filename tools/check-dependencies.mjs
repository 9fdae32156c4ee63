// Checks: the allowed imports between packages and between the folders of a package, the entry points, the shape of
// every src folder, and that the engine runs without Node.js.
//
//   node tools/check-dependencies.mjs [folder of the tree]

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise } from 'dependency-cruiser'
import { ALLOWED_IMPORTS, FORBIDDEN, RUNS_ON_NODE } from './dependency-rules.mjs'
import { folderCycles } from './lib/folder-cycles.mjs'
import { findNames } from './lib/forbidden-names.mjs'
import { isMain, report } from './lib/report.mjs'
import { listFiles, listPackages } from './lib/tree.mjs'

/**
 * Checks a tree.
 *
 * @param {string} root
 * @param {typeof cruise} cruiser dependency-cruiser, or a replacement for tests.
 * @returns {Promise<{ files: number, faults: { rule: string, detail: string }[] }>}
 */
export async function checkDependencies(root, cruiser = cruise) {
  const packages = listPackages(root)
  const files = ['packages', 'examples', 'benchmarks']
    .flatMap((folder) => listFiles(root, folder))
    .filter((file) => /\.(m?[jt]s|tsx)$/.test(file))
  const sources = files.filter((file) => /^packages\/[^/]+\/src\//.test(file))
  const faults = [
    ...packagesWithoutRow(packages),
    ...looseFileFaults(sources),
    ...(await importFaults(root, packages, files, cruiser)),
    ...nameFaults(root, sources),
  ]
  if (sources.length === 0)
    faults.push({ rule: RULE.seen, detail: 'no source file in packages/*/src' })
  return { files: files.length, faults }
}

/** Files that may lie in `src` next to `index.ts` and the folders. */
const MOST_LOOSE_FILES = 3

const RULE = {
  row: 'every package has a row in the table of allowed imports',
  seen: 'every file on the disk is checked',
  folders: 'no folders of a package import each other in a ring',
  loose: `src holds index.ts, folders, and at most ${MOST_LOOSE_FILES} more files`,
  runtime: 'only server, postgres and a few files of azure use the globals of Node.js',
  reference: 'src adds no types by a reference comment',
  'Math.random': 'Math.random is used nowhere',
  defaults:
    "the system's clock and randomness are used in one file of hsm and one of identity, once each",
}

function packagesWithoutRow(packages) {
  return packages
    .filter(({ folder }) => !Object.hasOwn(ALLOWED_IMPORTS, folder))
    .map(({ path }) => ({ rule: RULE.row, detail: path }))
}

function looseFileFaults(sources) {
  const counts = new Map()
  for (const file of sources) {
    const [, src] = /^(packages\/[^/]+\/src)\/[^/]+$/.exec(file) ?? []
    if (src !== undefined) counts.set(src, (counts.get(src) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count > 1 + MOST_LOOSE_FILES)
    .map(([src, count]) => ({ rule: RULE.loose, detail: `${src} has ${count} files` }))
}

async function importFaults(root, packages, files, cruiser) {
  // Public names lead to the sources, so that the answer does not depend on what is built.
  const alias = packages.map(({ path, manifest }) => ({
    name: manifest.name,
    alias: join(root, path, 'src/index.ts'),
    onlyModule: true,
  }))
  const { output } = await cruiser(
    files,
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: FORBIDDEN },
      // Types count as well: what a package's declarations import, its users have to install.
      tsPreCompilationDeps: true,
      doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    },
    {
      alias,
      bustTheCache: true,
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  )
  const seen = new Set(output.modules.map(({ source }) => source))
  return [
    ...files.filter((file) => !seen.has(file)).map((file) => ({ rule: RULE.seen, detail: file })),
    ...folderCycles(output.modules).map((detail) => ({ rule: RULE.folders, detail })),
    ...output.summary.violations.map(({ rule, from, to, cycle }) => ({
      rule: rule.name,
      detail: cycle ? [from, ...cycle.map(({ name }) => name)].join(' -> ') : `${from} -> ${to}`,
    })),
  ]
}

/** The packages whose options have a clock and randomness of the system as their defaults. */
const WITH_DEFAULTS = ['packages/hsm/', 'packages/identity/']

function nameFaults(root, sources) {
  const names = sources
    .filter((file) => !RUNS_ON_NODE.some((path) => file.startsWith(path)))
    .flatMap((file) =>
      findNames(file, readFileSync(join(root, file), 'utf8')).map((name) => ({ file, ...name })),
    )
  const defaults = names.filter(({ kind }) => kind === 'clock' || kind === 'randomness')
  // The first file of a package that uses a default is the one that may.
  const homes = WITH_DEFAULTS.map(
    (path) => defaults.find(({ file }) => file.startsWith(path))?.file,
  )
  const isFault = (name) =>
    !defaults.includes(name) ||
    !homes.includes(name.file) ||
    defaults.find(({ file, kind }) => file === name.file && kind === name.kind) !== name
  return names.filter(isFault).map(({ file, line, kind, name }) => ({
    rule: RULE[kind] ?? RULE.defaults,
    detail: `${file}:${line} uses ${name}`,
  }))
}

if (isMain(import.meta.url)) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
  const { files, faults } = await checkDependencies(root)
  report(
    faults.map(({ rule, detail }) => `${rule}: ${detail}`),
    `Dependencies are as allowed: ${files} files checked`,
  )
}
