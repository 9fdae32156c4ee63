// The files of a package that Node or a bundler may start from: package.json names them.

/**
 * Lists the built files that a package.json names in `exports`, `imports` and `bin`.
 *
 * @param {Record<string, any>} manifest
 * @param {'.js' | '.cjs'} [extension] `.js` is an ECMAScript module, `.cjs` a CommonJS module.
 * @returns {string[]} Without `dist/` and the extension, in the order of package.json: `index`, `testing/index`.
 */
export function entryPointsOf({ exports = {}, imports = {}, bin = {} }, extension = '.js') {
  const stems = [exports, imports, bin]
    .flatMap(stringsIn)
    .filter((file) => file.startsWith(DIST) && file.endsWith(extension))
    .map((file) => file.slice(DIST.length, -extension.length))
  return [...new Set(stems)]
}

const DIST = './dist/'

const stringsIn = (value) =>
  typeof value === 'string' ? [value] : Object.values(value).flatMap(stringsIn)
