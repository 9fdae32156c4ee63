// What follows from the root's package.json and from a package's list of entry points: the fields that every package has.

/**
 * The fields of a package's package.json that are not its own to decide.
 *
 * @param {Record<string, any>} workspace The root's package.json: the address of the repository, the licence, the engines.
 * @param {string} path The package's folder, from the root.
 * @param {Record<string, any>} manifest The package's package.json: its entry points.
 * @returns {Record<string, any>} `undefined` for a field that must not be there.
 */
export function derivedFields(workspace, path, manifest) {
  const { repository, license, engines } = workspace
  const address = addressOf(repository)
  const [subpaths, data] = [true, false].map((code) =>
    Object.keys(manifest.exports ?? {}).filter((subpath) => isCode(subpath) === code),
  )
  const ownData = data.filter((subpath) => subpath !== './package.json')
  return {
    license,
    homepage: `${address}/tree/main/${path}#readme`,
    bugs: { url: `${address}/issues` },
    repository: { ...repository, directory: path },
    type: 'module',
    main: './dist/index.cjs',
    types: './dist/index.d.cts',
    typesVersions: typesVersionsOf(manifest, subpaths),
    exports: {
      ...Object.fromEntries(subpaths.map((subpath) => [subpath, bothFormats(manifest, subpath)])),
      ...Object.fromEntries(ownData.map((subpath) => [subpath, subpath])),
      './package.json': './package.json',
    },
    files: [
      'dist',
      'src',
      ...ownData.map((subpath) => subpath.slice(2)),
      '!dist/**/*.tsbuildinfo',
      '!dist/.*',
    ],
    engines,
    publishConfig: { access: 'public' },
    scripts: { ...manifest.scripts, prepack: `node ../../tools/set-up.mjs ${path}` },
  }
}

/** The address of a repository as people open it: `git+https://….git` without what is for git. */
const addressOf = ({ url }) => url.replace(/^git\+/, '').replace(/\.git$/, '')

const isCode = (subpath) => !subpath.endsWith('.json')

/** One file for each format, each with its own declarations. */
function bothFormats(manifest, subpath) {
  const stem = stemOf(manifest, subpath)
  return {
    import: { types: `./dist/${stem}.d.ts`, default: `./dist/${stem}.js` },
    require: { types: `./dist/${stem}.d.cts`, default: `./dist/${stem}.cjs` },
  }
}

/** The file of an entry point is found by its declarations, or by its own name: `./testing` is `testing/index`. */
function stemOf({ exports }, subpath) {
  const file = /"\.\/dist\/([^"]+?)(?:\.d)?\.c?[jt]s"/.exec(JSON.stringify(exports[subpath]))
  return file?.[1] ?? (subpath === '.' ? 'index' : subpath.slice(2))
}

/** `moduleResolution: node10` does not read `exports`. */
function typesVersionsOf(manifest, subpaths) {
  const sides = subpaths.filter((subpath) => subpath !== '.')
  if (sides.length === 0) return undefined
  return {
    '*': Object.fromEntries(
      sides.map((subpath) => [subpath.slice(2), [`./dist/${stemOf(manifest, subpath)}.d.cts`]]),
    ),
  }
}
