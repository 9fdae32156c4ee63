// Checks that a tarball has what a user needs and nothing else.

import { posix } from 'node:path'
import { entryPointsOf } from './entry-points.mjs'

const ALLOWED =
  /^(package\.json|README\.md|LICENSE|dist\/THIRD-PARTY-NOTICES|dist\/.+\.(js|js\.map|d\.ts|d\.ts\.map)|src\/.+\.ts)$/
/** A file of a library that the bundle includes. */
const INCLUDED = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//
/** Code that two entry points share, or that is loaded when needed. */
const CHUNK = /^dist\/chunks\/[^/]+\.js$/
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
    ...bundleFaults(files, paths),
    ...paths.filter(isDeclaration).flatMap((path) => mapFaults(files, path)),
    ...paths.filter(isCode).flatMap((path) => codeMapFaults(files, sources, path)),
    ...['catalog:', 'workspace:']
      .filter((protocol) => manifest.includes(`"${protocol}`))
      .map((protocol) => `package.json still says ${protocol}, which npm cannot read`),
  ]
}

const isDeclaration = (path) => path.startsWith('dist/') && path.endsWith('.d.ts')
const isCode = (path) => path.startsWith('dist/') && path.endsWith('.js')

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

/** Every source was built to declarations and their map, and nothing was built from another. */
function buildFaults(paths, sources) {
  const built = paths.filter((path) => /^dist\/.+\.d\.ts(\.map)?$/.test(path))
  const expected = sources.flatMap((path) => {
    const stem = path.replace(/^src/, 'dist').replace(/\.ts$/, '')
    return [`${stem}.d.ts`, `${stem}.d.ts.map`]
  })
  return [
    ...built.filter((path) => !expected.includes(path)).map((path) => `${path} has no source`),
    ...expected
      .filter((path) => !built.includes(path) && !REQUIRED.includes(path))
      .map((path) => `${path} was not built`),
  ]
}

/** There is one file for each entry point, and besides them chunks that one of the files imports. */
function bundleFaults(files, paths) {
  const expected = entryPointsOf(manifestIn(files)).map((stem) => `dist/${stem}.js`)
  const code = paths.filter(isCode)
  const imported = new Set(code.flatMap((path) => chunksIn(files, path)))
  return [
    ...code
      .filter((path) => !expected.includes(path) && !imported.has(path) && !REQUIRED.includes(path))
      .map((path) => `${path} is neither an entry point nor imported`),
    ...[...expected, ...imported]
      .filter((path) => !code.includes(path) && !REQUIRED.includes(path))
      .map((path) => `${path} was not built`),
    ...paths
      .filter((path) => path.endsWith('.js.map'))
      .filter((path) => ![...code, ...REQUIRED].includes(path.replace(/\.map$/, '')))
      .map((path) => `${path} belongs to no code`),
  ]
}

const manifestIn = (files) => JSON.parse(files.get('package.json') ?? '{}')

const chunksIn = (files, path) =>
  [...files.get(path).matchAll(/(?:from |import ?\(?)["'](\.[^"']+)["']/g)]
    .map(([, specifier]) => posix.join(posix.dirname(path), specifier))
    .filter((target) => CHUNK.test(target))

/** Stack traces and debuggers follow the code to its map, and the map to sources, which are in the tarball. */
function codeMapFaults(files, sources, path) {
  const name = mapNameIn(files.get(path))
  // Code that only exports what it imports has nothing to map.
  if (name === undefined)
    return files.has(`${path}.map`) ? [`${path} does not point to its map`] : []
  const map = posix.join(posix.dirname(path), name)
  if (map !== `${path}.map` || !files.has(map)) {
    return [`${path} points to a source map that is not in it`]
  }
  const targets = sourcesOf(files.get(map)).map((target) => posix.join(posix.dirname(map), target))
  const strangers = targets.filter((target) => !sources.includes(target))
  if (targets.length === 0 || strangers.some((target) => !INCLUDED.test(target))) {
    return [`${map} does not lead to the sources`]
  }
  const names = new Set(strangers.map((target) => INCLUDED.exec(target)[1]))
  const notices = files.get('dist/THIRD-PARTY-NOTICES') ?? ''
  return [...names]
    .filter((name) => !new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, 'm').test(notices))
    .map((name) => `dist/THIRD-PARTY-NOTICES has no licence of ${name}`)
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
