// The import map that a page needs to import packages as they are installed: a name, and the file that it means.

import { readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative, sep } from 'node:path'
import { exports as resolveExports } from 'resolve.exports'

/**
 * Maps every export of the packages, and of all that these depend on, to a file.
 *
 * @param {readonly string[]} names Packages that the folder depends on.
 * @param {string} folder Where they are installed for.
 * @param {string} root What `/` shows: the files are named by their paths in it.
 * @returns {{ imports: Record<string, string> }}
 */
export function importMapOf(names, folder, root) {
  const imports = {}
  const seen = new Set()
  const visit = (name, from) => {
    const home = homeOf(name, from)
    if (seen.has(home)) return
    seen.add(home)
    const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
    for (const [specifier, file] of exportsOf(manifest))
      imports[specifier] = `/${relative(root, join(home, file)).split(sep).join('/')}`
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency, home)
  }
  for (const name of names) visit(name, folder)
  return { imports }
}

/**
 * Finds the folder of a package as Node does, but without its `exports`, which need not show package.json.
 *
 * @param {string} name
 * @param {string} from The folder of the package that depends on it.
 * @returns {string}
 * @throws {Error} When it is not installed.
 */
export function homeOf(name, from) {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name)
  for (const place of places) {
    try {
      return realpathSync(join(place, name))
    } catch {}
  }
  throw new Error(`${name} is not installed.`)
}

function exportsOf(manifest) {
  const { name, exports, main = 'index.js' } = manifest
  if (exports === undefined || typeof exports === 'string') return [[name, exports ?? main]]
  return Object.keys(exports)
    .filter((subpath) => /^\.(\/.*[^/])?$/.test(subpath) && !/\*|\.json$/.test(subpath))
    .flatMap((subpath) => {
      const file = resolveExports(manifest, subpath, { browser: true })?.[0]
      return file === undefined ? [] : [[join(name, subpath), file]]
    })
}
