// The files of a package that Node or a bundler may start from: package.json names them.

/**
 * Lists the built files that a package.json names in `exports`, `imports` and `bin`.
 *
 * @param {Record<string, any>} manifest
 * @returns {string[]} Without `dist/` and `.js`, in the order of package.json: `index`, `testing/index`.
 */
export function entryPointsOf({ exports = {}, imports = {}, bin = {} }) {
  const files = [exports, imports, bin].flatMap(stringsIn)
  const stems = files.map((file) => /^\.\/dist\/(.+)\.js$/.exec(file)?.[1])
  return [...new Set(stems.filter((stem) => stem !== undefined))]
}

const stringsIn = (value) =>
  typeof value === 'string' ? [value] : Object.values(value).flatMap(stringsIn)
