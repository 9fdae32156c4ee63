// Holds: an installation is done again when anything it was made from has changed, and only then.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readJson } from './tree.mjs'

const stampFile = (root) => join(root, 'node_modules', '.set-up-stamp')

/**
 * @param {string} root The workspace.
 * @returns {boolean} Whether the stamp fits and every dependency lies where it is looked for.
 */
export function isInstalled(root) {
  const manifests = findManifests(root)
  return (
    existsSync(stampFile(root)) &&
    readFileSync(stampFile(root), 'utf8') === stampOf(root, manifests) &&
    manifests.every((manifest) => everyDependencyIsThere(root, manifest))
  )
}

/** Leaves the stamp behind an installation that went well. */
export function markInstalled(root) {
  writeFileSync(stampFile(root), stampOf(root, findManifests(root)))
}

/** The package.json files of the workspace: its packages lie at most two folders deep. */
function findManifests(root) {
  const below = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter(({ name }) => name !== 'node_modules' && !name.startsWith('.'))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name))
  const folders = below('.')
  return ['.', ...folders, ...folders.flatMap(below)]
    .map((folder) => join(folder, 'package.json'))
    .filter((manifest) => existsSync(join(root, manifest)))
    .sort()
}

function stampOf(root, manifests) {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0')
  }
  const node = process.versions.node.split('.')[0]
  return `${hash.digest('hex')} node ${node} ${process.platform} ${process.arch}\n`
}

function everyDependencyIsThere(root, manifest) {
  const { dependencies, devDependencies } = readJson(join(root, manifest))
  const modules = join(root, dirname(manifest), 'node_modules')
  return Object.keys({ ...dependencies, ...devDependencies }).every((name) =>
    existsSync(join(modules, name)),
  )
}
