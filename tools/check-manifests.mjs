// Checks that the package.json files of the packages agree with the root's, and describe each entry point completely.
//
//   node tools/check-manifests.mjs [--write] [folder of the tree]
//
// With --write it writes what is missing or different.

import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { derivedFields } from './lib/manifest-fields.mjs'
import { isMain, report } from './lib/report.mjs'
import { listPackages, readJson } from './lib/tree.mjs'

/** The order in which a package.json is read: what it is, where it comes from, what is in it, what it needs. */
const ORDER = [
  ...['name', 'version', 'private', 'description', 'keywords', 'license', 'homepage', 'bugs'],
  ...['repository', 'type', 'main', 'types', 'typesVersions', 'bin', 'exports', 'imports'],
  ...['files', 'sideEffects', 'engines', 'publishConfig', 'scripts'],
  ...['dependencies', 'peerDependencies', 'devDependencies'],
]

/** Fewer keywords describe nothing. */
const KEYWORDS = 3

/**
 * What is wrong with the package.json files of the packages that are published.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function faultsOfManifests(root) {
  const workspace = readJson(join(root, 'package.json'))
  return publishedPackages(root).flatMap(({ path, manifest }) => [
    ...Object.entries(derivedFields(workspace, path, manifest))
      .filter(([field, value]) => !isDeepStrictEqual(manifest[field], value))
      .map(([field, value]) => `${path}/package.json: ${field} has to be ${inWords(value)}`),
    ...((manifest.keywords ?? []).length < KEYWORDS
      ? [`${path}/package.json: give it ${KEYWORDS} keywords or more`]
      : []),
    ...(manifest.description ? [] : [`${path}/package.json: description is missing`]),
  ])
}

/**
 * Writes the fields that follow from the root's package.json and from the entry points.
 *
 * @param {string} root
 * @returns {string[]} The files that were written.
 */
export function writeManifests(root) {
  const workspace = readJson(join(root, 'package.json'))
  return publishedPackages(root).flatMap(({ path, manifest }) => {
    const wanted = inOrder({ ...manifest, ...derivedFields(workspace, path, manifest) })
    if (JSON.stringify(wanted) === JSON.stringify(manifest)) return []
    writeFileSync(join(root, path, 'package.json'), `${JSON.stringify(wanted, null, 2)}\n`)
    return [`${path}/package.json`]
  })
}

const publishedPackages = (root) => listPackages(root).filter(({ manifest }) => !manifest.private)

const inWords = (value) => (value === undefined ? 'left out' : JSON.stringify(value))

function inOrder(manifest) {
  const rank = (field) => (ORDER.includes(field) ? ORDER.indexOf(field) : ORDER.length)
  return Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => rank(a) - rank(b)))
}

if (isMain(import.meta.url)) {
  const args = process.argv.slice(2)
  const folder = args.find((arg) => !arg.startsWith('--'))
  const root = resolve(folder ?? fileURLToPath(new URL('..', import.meta.url)))
  if (args.includes('--write')) {
    for (const file of writeManifests(root)) process.stdout.write(`${file}\n`)
  }
  const count = publishedPackages(root).length
  report(faultsOfManifests(root), `Manifests hold: ${count} packages agree with package.json`)
}
