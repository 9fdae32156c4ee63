// Holds: what is inspected and tried out is what `pnpm pack` would publish, not what happens to lie in the folders.

import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runQuietly, runWithPnpm } from './run.mjs'
import { listFiles, listPackages } from './tree.mjs'

/**
 * @typedef {object} Packed
 * @property {string} name
 * @property {string} path Its folder, from the root.
 * @property {string} tarball
 * @property {string} unpacked Where it lies unpacked.
 * @property {Record<string, any>} manifest Its package.json, as in the tarball.
 * @property {ReadonlyMap<string, string>} files Path in the tarball, and text.
 * @property {string[]} sources What it was built from: `src/...`.
 */

/**
 * Packs every package that is not private, and unpacks it again to look into it.
 *
 * @param {string} root
 * @param {string} folder Where to; empty and inside the workspace.
 * @returns {Packed[]}
 */
export function packAll(root, folder) {
  // The folder is given from the root: a command line for a shell has no blanks in it.
  const destination = relative(root, folder).replaceAll('\\', '/')
  const pack = ['--recursive', '--filter=./packages/*', 'pack', `--pack-destination=${destination}`]
  const { ok, output } = runWithPnpm(root, pack)
  if (!ok) throw new Error(`pnpm pack failed:\n${output}`)
  const pathOf = new Map(listPackages(root).map(({ path, manifest }) => [manifest.name, path]))
  return readdirSync(folder).map((tarball, i) => {
    const unpacked = join(folder, `unpacked-${i}`)
    mkdirSync(unpacked)
    runQuietly('tar', ['-xzf', `../${tarball}`], { cwd: unpacked })
    const files = new Map(
      listAll(join(unpacked, 'package')).map((path) => [
        path,
        readFileSync(join(unpacked, 'package', path), 'utf8'),
      ]),
    )
    const manifest = JSON.parse(files.get('package.json'))
    const path = pathOf.get(manifest.name)
    const sources = listFiles(join(root, path), 'src')
    return {
      ...{ name: manifest.name, path, tarball: join(folder, tarball) },
      ...{ unpacked: join(unpacked, 'package'), manifest, files, sources },
    }
  })
}

const listAll = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))

/**
 * A package and those of the workspace that it depends on, or that have to be beside it.
 *
 * @param {string} name
 * @param {readonly Packed[]} packages
 * @returns {Packed[]}
 */
export function closureOf(name, packages) {
  const closure = new Set([name])
  for (const each of closure) {
    const { manifest } = packages.find((packed) => packed.name === each) ?? {}
    const needed = { ...manifest?.dependencies, ...manifest?.peerDependencies }
    for (const { name: other } of packages) if (needed[other]) closure.add(other)
  }
  return packages.filter((packed) => closure.has(packed.name))
}
