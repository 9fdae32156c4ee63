// Holds: the arrows between the packages, the index as the only door, and an engine that runs without Node.
//
//   node tools/check-arrows.mjs [folder of the tree]

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise } from 'dependency-cruiser'
import { ARROWS, FORBIDDEN } from './arrow-rules.mjs'
import { findNames } from './lib/forbidden-names.mjs'
import { isMain, report } from './lib/report.mjs'
import { listFiles, listPackages } from './lib/tree.mjs'

/**
 * Checks a tree.
 *
 * @param {string} root
 * @param {typeof cruise} cruiser dependency-cruiser, or what a test puts in its place.
 * @returns {Promise<{ files: number, faults: { rule: string, detail: string }[] }>}
 */
export async function checkArrows(root, cruiser = cruise) {
  const packages = listPackages(root)
  const files = ['packages', 'examples', 'benchmarks']
    .flatMap((folder) => listFiles(root, folder))
    .filter((file) => /\.m?[jt]s$/.test(file))
  const sources = files.filter((file) => /^packages\/[^/]+\/src\//.test(file))
  const faults = [
    ...packagesWithoutRow(packages),
    ...(await importFaults(root, packages, files, cruiser)),
    ...nameFaults(root, sources),
  ]
  if (sources.length === 0)
    faults.push({ rule: RULE.seen, detail: 'no source file in packages/*/src' })
  return { files: files.length, faults }
}

const RULE = {
  row: 'every package has its row in the table of arrows',
  seen: 'every file on the disk was looked at',
  runtime: 'only server names the runtime',
  reference: 'src widens its types by no reference comment',
  'Math.random': 'Math.random is named nowhere',
  defaults: 'the clock and the randomness of the system are named in one file of hsm, once each',
}

function packagesWithoutRow(packages) {
  return packages
    .filter(({ folder }) => !Object.hasOwn(ARROWS, folder))
    .map(({ path }) => ({ rule: RULE.row, detail: path }))
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
      extensions: ['.ts', '.mts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  )
  const seen = new Set(output.modules.map(({ source }) => source))
  return [
    ...files.filter((file) => !seen.has(file)).map((file) => ({ rule: RULE.seen, detail: file })),
    ...output.summary.violations.map(({ rule, from, to, cycle }) => ({
      rule: rule.name,
      detail: cycle ? [from, ...cycle.map(({ name }) => name)].join(' -> ') : `${from} -> ${to}`,
    })),
  ]
}

function nameFaults(root, sources) {
  const names = sources
    .filter((file) => !file.startsWith('packages/server/'))
    .flatMap((file) =>
      findNames(file, readFileSync(join(root, file), 'utf8')).map((name) => ({ file, ...name })),
    )
  const defaults = names.filter(({ kind }) => kind === 'clock' || kind === 'randomness')
  // The file where the first default stands is the file of the defaults.
  const home = defaults.find(({ file }) => file.startsWith('packages/hsm/'))?.file
  const isFault = (name) =>
    !defaults.includes(name) ||
    name.file !== home ||
    defaults.find(({ file, kind }) => file === home && kind === name.kind) !== name
  return names.filter(isFault).map(({ file, line, kind, name }) => ({
    rule: RULE[kind] ?? RULE.defaults,
    detail: `${file}:${line} names ${name}`,
  }))
}

if (isMain(import.meta.url)) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
  const { files, faults } = await checkArrows(root)
  report(
    faults.map(({ rule, detail }) => `${rule}: ${detail}`),
    `Arrows hold: ${files} files looked at`,
  )
}
