// The import map that a page needs to import packages as they are installed: a name, and the file that it means.

import { readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative, sep } from 'node:path'
import { exports as resolveExports, imports as resolveImports } from 'resolve.exports'

/**
 * Maps every export of the packages, and of all that these depend on, to a file; and inside of a package, its own
 * imports, such as `#host`.
 *
 * @param {readonly string[]} names Packages that the folder depends on.
 * @param {string} folder Where they are installed for.
 * @param {string} root What `/` shows: the files are named by their paths in it.
 * @returns {{ imports: Record<string, string>, scopes: Record<string, Record<string, string>> }}
 */
export function importMapOf(names, folder, root) {
  const imports = {}
  const scopes = {}
  const seen = new Set()
  const visit = (name, from) => {
    const home = homeOf(name, from)
    if (seen.has(home)) return
    seen.add(home)
    const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
    const pathOf = (file) => `/${relative(root, join(home, file)).split(sep).join('/')}`
    for (const [specifier, file] of exportsOf(manifest)) imports[specifier] = pathOf(file)
    const own = Object.keys(manifest.imports ?? {}).flatMap((specifier) => {
      const file = resolveImports(manifest, specifier, { browser: true })?.[0]
      return file === undefined ? [] : [[specifier, pathOf(file)]]
    })
    if (own.length > 0) scopes[`${pathOf('.')}/`] = Object.fromEntries(own)
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency, home)
  }
  for (const name of names) visit(name, folder)
  return { imports, scopes }
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
      const file = browserFileOf(manifest, subpath)
      return file === undefined ? [] : [[join(name, subpath), file]]
    })
}

/** `undefined` for an export that a package has, but not for browsers. */
function browserFileOf(manifest, subpath) {
  try {
    return resolveExports(manifest, subpath, { browser: true })?.[0]
  } catch {
    return undefined
  }
}
