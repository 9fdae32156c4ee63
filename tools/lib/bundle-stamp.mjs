// A package is bundled again when anything that its bundle is made from has changed, and only then.

import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { includedPackages } from './included-packages.mjs'
import { readJson } from './tree.mjs'

const stampFile = (home) => join(home, 'dist', '.bundled')

/** What bundles, and the version of what it uses. */
const TOOLS = [
  'bundle-package.mjs',
  'deferred-modules.mjs',
  'entry-points.mjs',
  'included-libraries.mjs',
  'included-packages.mjs',
  'requirable.mjs',
  '../../pnpm-workspace.yaml',
].map((path) => fileURLToPath(new URL(path, import.meta.url)))

/**
 * @param {string} home The folder of the package.
 * @returns {boolean} Whether every file of the bundle is there and no source is newer.
 */
export function isBundled(home) {
  const stamp = stampFile(home)
  if (!existsSync(stamp)) return false
  const files = readFileSync(stamp, 'utf8').trim().split('\n')
  const { name } = readJson(join(home, 'package.json'))
  const sources = [join(home, 'src'), ...includedPackages(home, name).map(({ src }) => src)]
  return (
    files.every((file) => existsSync(join(home, 'dist', file))) &&
    newest([...TOOLS, join(home, 'package.json'), ...sources.flatMap(everythingIn)]) <
      statSync(stamp).mtimeMs
  )
}

/**
 * Writes the stamp of a bundle.
 *
 * @param {string} home
 * @param {readonly string[]} files What was written, from `dist`.
 * @param {number} begun When bundling began, in milliseconds since 1970: what changes afterwards counts as changed.
 */
export function markBundled(home, files, begun) {
  writeFileSync(stampFile(home), `${files.join('\n')}\n`)
  utimesSync(stampFile(home), begun / 1000, begun / 1000)
}

/** Folders too: theirs change when a file is deleted or renamed. */
const everythingIn = (folder) => [
  folder,
  ...readdirSync(folder, { recursive: true }).map((path) => join(folder, path)),
]

const newest = (paths) => Math.max(...paths.map((path) => statSync(path).mtimeMs))
