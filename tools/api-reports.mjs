// Keeps a report of the public surface of every entry point, so that a change of it shows in the diff.
//
//   node tools/api-reports.mjs             writes packages/NAME/api/ENTRY.api.md
//   node tools/api-reports.mjs --check     fails where a report is not what the declarations say
//
// The packages must be compiled.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeEntryPoints } from './lib/api-extractor.mjs'
import { entryPointsOf } from './lib/entry-points.mjs'
import { publishedPackages } from './lib/manifests.mjs'
import { isMain, report } from './lib/report.mjs'

/** What is behind the handles that copies of pocket-hsm share: not public, but other releases read it. */
const SHARED = { path: 'packages/hsm', stem: 'engine/hsm' }

const ENDING = '.api.md'

/**
 * The reports of a workspace, as they should be.
 *
 * @param {string} root
 * @returns {Map<string, string>} By path from the root.
 */
export function reportsOf(root) {
  const entryPoints = publishedPackages(root).flatMap(({ path, manifest }) =>
    entryPointsOf({ exports: manifest.exports }, '.cjs').map((stem) => ({ path, stem })),
  )
  const shared = existsSync(join(root, SHARED.path, 'src', `${SHARED.stem}.ts`)) ? [SHARED] : []
  const folder = mkdtempSync(join(tmpdir(), 'api-reports-'))
  try {
    return new Map(
      describeEntryPoints(root, [...entryPoints, ...shared], folder).map(({ path, stem, text }) => [
        `${path}/api/${nameOf(stem)}${ENDING}`,
        text,
      ]),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** `testing/index` is `testing`, `matchers/jest` is `matchers-jest`. */
const nameOf = (stem) => stem.replace(/\/index$/, '').replaceAll('/', '-')

/**
 * How the reports in the tree differ from those that the declarations give.
 *
 * @param {string} root
 * @param {ReadonlyMap<string, string>} reports
 * @returns {string[]}
 */
export function differencesFrom(root, reports) {
  return [
    ...[...reports].flatMap(([path, text]) => {
      const file = join(root, path)
      if (!existsSync(file)) return [`${path} is missing: run npm run api`]
      const before = readFileSync(file, 'utf8')
      return before === text
        ? []
        : [`${path} has changed: run npm run api\n${changes(before, text)}`]
    }),
    ...existingReports(root)
      .filter((path) => !reports.has(path))
      .map((path) => `${path} belongs to no entry point: run npm run api`),
  ]
}

/** Lines that one text has and the other does not. */
function changes(before, after) {
  const [old, now] = [before.split('\n'), after.split('\n')]
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `    - ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `    + ${line}`),
  ].join('\n')
}

/**
 * Writes the reports, and removes those of entry points that are gone.
 *
 * @param {string} root
 * @param {ReadonlyMap<string, string>} reports
 */
export function writeReports(root, reports) {
  for (const path of existingReports(root)) if (!reports.has(path)) rmSync(join(root, path))
  for (const [path, text] of reports) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

const existingReports = (root) =>
  publishedPackages(root)
    .map(({ path }) => `${path}/api`)
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`))
    .filter((path) => path.endsWith(ENDING))

if (isMain(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const reports = reportsOf(root)
  if (!process.argv.includes('--check')) writeReports(root, reports)
  report(differencesFrom(root, reports), `API reports hold: ${reports.size} entry points`)
}
