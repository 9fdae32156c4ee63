// The package.json files of the packages that are published: what is wrong with them, and what can be written.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { derivedFields } from './manifest-fields.mjs'
import { listPackages, readJson, writeJson } from './tree.mjs'

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
  const faults = publishedPackages(root).flatMap(({ path, manifest }) => [
    ...Object.entries(derivedFields(workspace, path, manifest))
      .filter(([field, value]) => !isDeepStrictEqual(manifest[field], value))
      .map(([field, value]) => `${path}/package.json: ${field} has to be ${inWords(value)}`),
    ...((manifest.keywords ?? []).length < KEYWORDS
      ? [`${path}/package.json: give it ${KEYWORDS} keywords or more`]
      : []),
    ...(manifest.description ? [] : [`${path}/package.json: description is missing`]),
  ])
  return [...faults, ...versionFault(root)]
}

/**
 * Writes the fields that follow from the root's package.json and from the entry points.
 *
 * @param {string} root
 * @returns {string[]} The files that were written.
 */
export function writeManifests(root) {
  const workspace = readJson(join(root, 'package.json'))
  const written = publishedPackages(root).flatMap(({ path, manifest }) => {
    const wanted = inOrder({ ...manifest, ...derivedFields(workspace, path, manifest) })
    if (JSON.stringify(wanted) === JSON.stringify(manifest)) return []
    writeJson(join(root, path, 'package.json'), wanted)
    return [`${path}/package.json`]
  })
  return [...written, ...writeVersion(root)]
}

/** Where `pocket-hsm` says to other copies in the process which version it is. */
const VERSION_FILE = 'packages/hsm/src/copies/this-copy.ts'
const VERSION = /(?<=version: ')[^']*(?=')/

function versionFault(root) {
  const found = VERSION.exec(readIfThere(join(root, VERSION_FILE)))?.[0]
  return found === undefined || found === versionOf(root)
    ? []
    : [`${VERSION_FILE}: version has to be '${versionOf(root)}'`]
}

function writeVersion(root) {
  if (versionFault(root).length === 0) return []
  const file = join(root, VERSION_FILE)
  writeFileSync(file, readFileSync(file, 'utf8').replace(VERSION, versionOf(root)))
  return [VERSION_FILE]
}

const readIfThere = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

const versionOf = (root) => readJson(join(root, 'packages/hsm/package.json')).version

/** @param {string} root */
export const publishedPackages = (root) =>
  listPackages(root).filter(({ manifest }) => !manifest.private)

const inWords = (value) => (value === undefined ? 'left out' : JSON.stringify(value))

function inOrder(manifest) {
  const rank = (field) => (ORDER.includes(field) ? ORDER.indexOf(field) : ORDER.length)
  return Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => rank(a) - rank(b)))
}
