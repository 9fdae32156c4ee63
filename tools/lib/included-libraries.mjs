// The libraries that a bundle includes: their licences, and their place in its source maps.

import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { readJson } from './tree.mjs'

/** The file in `dist` with the licences. */
export const NOTICES = 'THIRD-PARTY-NOTICES'

/** The folder of an installed package, its name, and a path in it. */
const INSTALLED = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\/(.*)$/

/** The source of another package of the workspace: the folder of that package, and a path in it. */
const SIBLING = /^(?:\.\.\/)+((?!src\/|node_modules\/)[^./][^/]*)\/(src\/.*)$/

/**
 * Writes the name, version and licence of every library that a bundle includes.
 *
 * @param {readonly string[]} modules The files in the bundle.
 * @returns {string} Empty if there is no library.
 * @throws {Error} A library has no file with its licence.
 */
export function noticesOf(modules) {
  const libraries = new Map()
  for (const id of modules) {
    const [, folder, name] = INSTALLED.exec(id.replaceAll('\\', '/')) ?? []
    if (name !== undefined) libraries.set(name, folder)
  }
  return [...libraries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, folder]) => {
      const { version } = readJson(join(folder, 'package.json'))
      return `${name} ${version}\n\n${licenceIn(folder).trim()}\n`
    })
    .join('\n---\n\n')
}

function licenceIn(folder) {
  const file = ['LICENSE', 'LICENSE.md'].map((name) => join(folder, name)).find(existsSync)
  if (file === undefined) throw new Error(`${folder} has neither LICENSE nor LICENSE.md`)
  return readFileSync(file, 'utf8')
}

/**
 * Fits a source map to a package that is installed: its own sources are beside it, those of libraries and of included
 * packages are not.
 *
 * @param {string} file The map, from `dist`.
 * @param {string} text What it holds, with the text of every source.
 * @returns {string} The map with the text of those sources alone, under `node_modules/NAME/`.
 */
export function mapForUsers(file, text) {
  const map = JSON.parse(text)
  const home = posix.relative(posix.join('dist', posix.dirname(file)), '')
  const isIncluded = (source) => INSTALLED.test(source) || SIBLING.test(source)
  return JSON.stringify({
    ...map,
    sources: map.sources.map((source) =>
      source
        .replace(INSTALLED, (_, _folder, name, path) => `${home}/node_modules/${name}/${path}`)
        .replace(
          SIBLING,
          (_, folder, path) => `${home}/node_modules/@pocket-hsm/${folder}/${path}`,
        ),
    ),
    sourcesContent: map.sources.map((source, i) =>
      isIncluded(source) ? map.sourcesContent[i] : null,
    ),
  })
}
