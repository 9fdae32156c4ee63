// Holds: one list of what lies on the disk, so that no check passes by having looked at less.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const NOT_WRITTEN_BY_HAND = new Set(['node_modules', 'dist', 'coverage', 'reports'])

/**
 * The files below a folder, without what is installed or built.
 *
 * @param {string} root
 * @param {string} folder From the root; one that does not exist has no files.
 * @returns {string[]} Paths from the root with forward slashes, sorted.
 */
export function listFiles(root, folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !NOT_WRITTEN_BY_HAND.has(entry.name) && !entry.name.startsWith('.'))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      return entry.isDirectory() ? listFiles(root, path) : [path]
    })
    .sort()
}

/**
 * The packages of a tree.
 *
 * @param {string} root
 * @returns {{ folder: string, path: string, manifest: Record<string, any> }[]}
 */
export function listPackages(root) {
  if (!existsSync(join(root, 'packages'))) return []
  return readdirSync(join(root, 'packages'), { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() && existsSync(join(root, 'packages', entry.name, 'package.json')),
    )
    .map(({ name: folder }) => {
      const path = `packages/${folder}`
      return { folder, path, manifest: readJson(join(root, path, 'package.json')) }
    })
}

/** @param {string} file */
export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/**
 * @param {string} file
 * @param {object} value
 */
export function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}
