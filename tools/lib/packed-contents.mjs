// Checks that a tarball has what a user needs and nothing else.

import { posix } from 'node:path'

const ALLOWED = /^(package\.json|README\.md|LICENSE|dist\/.+\.(js|d\.ts|d\.ts\.map)|src\/.+\.ts)$/
const REQUIRED = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']

/**
 * The faults of the contents of a tarball.
 *
 * @param {object} packed
 * @param {ReadonlyMap<string, string>} packed.files Path in the tarball, and text.
 * @param {readonly string[]} packed.sources The TypeScript files it was built from: `src/...`.
 * @returns {string[]}
 */
export function faultsOfContents({ files, sources }) {
  const paths = [...files.keys()]
  const manifest = files.get('package.json') ?? ''
  return [
    ...paths.filter((path) => !ALLOWED.test(path)).map((path) => `${path} does not belong in it`),
    ...REQUIRED.filter((path) => !files.has(path)).map((path) => `${path} is missing`),
    ...sourceFaults(paths, sources),
    ...buildFaults(paths, sources),
    ...paths.filter(isDeclaration).flatMap((path) => mapFaults(files, path)),
    ...paths
      .filter((path) => path.endsWith('.js') && mapNameIn(files.get(path)) !== undefined)
      .map((path) => `${path} points to a source map that is not in it`),
    ...['catalog:', 'workspace:']
      .filter((protocol) => manifest.includes(`"${protocol}`))
      .map((protocol) => `package.json still says ${protocol}, which npm cannot read`),
  ]
}

const isDeclaration = (path) => path.startsWith('dist/') && path.endsWith('.d.ts')

/** The sources ship as they are, all of them and no others. */
function sourceFaults(paths, sources) {
  const shipped = paths.filter((path) => /^src\/.+\.ts$/.test(path))
  return [
    ...shipped
      .filter((path) => !sources.includes(path))
      .map((path) => `${path} is not one of the sources`),
    ...sources.filter((path) => !shipped.includes(path)).map((path) => `${path} is missing`),
  ]
}

/** Every source was built to code, declarations and their map, and nothing was built from another. */
function buildFaults(paths, sources) {
  const built = paths.filter((path) => /^dist\/.+\.(js|d\.ts|d\.ts\.map)$/.test(path))
  const expected = sources.flatMap((path) => {
    const stem = path.replace(/^src/, 'dist').replace(/\.ts$/, '')
    return [`${stem}.js`, `${stem}.d.ts`, `${stem}.d.ts.map`]
  })
  return [
    ...built.filter((path) => !expected.includes(path)).map((path) => `${path} has no source`),
    ...expected
      .filter((path) => !built.includes(path) && !REQUIRED.includes(path))
      .map((path) => `${path} was not built`),
  ]
}

/** "Go to definition" follows the declarations to their map, and the map to one source in the tarball. */
function mapFaults(files, path) {
  const map = `${path}.map`
  if (mapNameIn(files.get(path)) !== posix.basename(map)) {
    return [`${path} does not point to ${map}`]
  }
  if (!files.has(map)) return []
  const source = path.replace(/^dist/, 'src').replace(/\.d\.ts$/, '.ts')
  const targets = sourcesOf(files.get(map)).map((target) => posix.join(posix.dirname(map), target))
  return targets.length === 1 && targets[0] === source ? [] : [`${map} does not lead to ${source}`]
}

const mapNameIn = (text) => /^\/\/# sourceMappingURL=(.*)$/m.exec(text ?? '')?.[1]

function sourcesOf(text) {
  try {
    const { sourceRoot = '', sources } = JSON.parse(text)
    return sources.map((source) => sourceRoot + source)
  } catch {
    return []
  }
}
