// Checks that a tarball has what a user needs and nothing else.

import { posix } from 'node:path'
import { entryPointsOf } from './entry-points.mjs'

const ALLOWED =
  /^(package\.json|[\w-]+\.schema\.json|README\.md|LICENSE|dist\/THIRD-PARTY-NOTICES|dist\/.+\.(c?js|d\.c?ts)(\.map)?|src\/.+\.ts)$/
/** A page that a build tool has made of its own sources: no module of the package. */
const PAGE = /^dist\/(served|in-page)\/(assets\/)?[\w-]+\.(html|js|css|svg)(\.(br|gz))?$/
/** A file of a library that the bundle includes. */
const INCLUDED = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//
/** Code that two entry points share, or that is loaded when needed. */
const CHUNK = /^dist\/chunks\/[^/]+\.c?js$/
const REQUIRED = [
  ...['package.json', 'README.md', 'LICENSE'],
  ...['dist/index.js', 'dist/index.d.ts', 'dist/index.cjs', 'dist/index.d.cts'],
]

/**
 * The faults of the contents of a tarball.
 *
 * @param {object} packed
 * @param {ReadonlyMap<string, string>} packed.files Path in the tarball, and text.
 * @param {readonly string[]} packed.sources The TypeScript files it was built from: `src/...`.
 * @returns {string[]}
 */
export function faultsOfContents({ files, sources }) {
  const paths = [...files.keys()].filter((path) => !PAGE.test(path))
  const manifest = files.get('package.json') ?? ''
  return [
    ...paths.filter((path) => !ALLOWED.test(path)).map((path) => `${path} does not belong in it`),
    ...REQUIRED.filter((path) => !files.has(path)).map((path) => `${path} is missing`),
    ...sourceFaults(paths, sources),
    ...buildFaults(paths, sources),
    ...copyFaults(files, paths),
    ...bundleFaults(files, paths),
    ...paths.filter(isDeclaration).flatMap((path) => mapFaults(files, path)),
    ...paths.filter(isCode).flatMap((path) => codeMapFaults(files, sources, path)),
    ...['catalog:', 'workspace:']
      .filter((protocol) => manifest.includes(`"${protocol}`))
      .map((protocol) => `package.json still says ${protocol}, which npm cannot read`),
  ]
}

const isDeclaration = (path) => /^dist\/.+\.d\.c?ts$/.test(path)
const isCode = (path) => /^dist\/.+\.c?js$/.test(path)

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

/** The declarations of the CommonJS files lead to each other, and none is left of a source that is gone. */
function copyFaults(files, paths) {
  const copies = paths.filter((path) => path.endsWith('.d.cts'))
  const expected = new Set([
    ...entryPointsOf(manifestIn(files), '.cjs').map((stem) => `dist/${stem}.d.cts`),
    ...copies.flatMap((path) => declarationsIn(files, path)),
  ])
  return [
    ...paths
      .filter((path) => /\.d\.cts(\.map)?$/.test(path))
      .filter((path) => !files.has(path.replace('.d.cts', '.d.ts')))
      .map((path) => `${path} has no source`),
    ...[...expected]
      .filter((path) => !files.has(path) && !REQUIRED.includes(path))
      .map((path) => `${path} was not built`),
  ]
}

const declarationsIn = (files, path) =>
  targetsIn(files, path).map((target) => target.replace(/\.cjs$/, '.d.cts'))

/** There is one file for each entry point and format, and besides them chunks that one of the files imports. */
function bundleFaults(files, paths) {
  const expected = ['.js', '.cjs'].flatMap((extension) =>
    entryPointsOf(manifestIn(files), extension).map((stem) => `dist/${stem}${extension}`),
  )
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
      .filter((path) => /\.c?js\.map$/.test(path))
      .filter((path) => ![...code, ...REQUIRED].includes(path.replace(/\.map$/, '')))
      .map((path) => `${path} belongs to no code`),
  ]
}

const manifestIn = (files) => JSON.parse(files.get('package.json') ?? '{}')

const chunksIn = (files, path) => targetsIn(files, path).filter((target) => CHUNK.test(target))

/** The files of the package that a file imports or requires. */
const targetsIn = (files, path) =>
  [...files.get(path).matchAll(/(?:from ?|import ?\(?|require\()["'`](\.[^"'`]+)["'`]/g)].map(
    ([, specifier]) => posix.join(posix.dirname(path), specifier),
  )

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
  return (
    [...names]
      // Packages of this workspace have the licence of the package itself.
      .filter((name) => !name.startsWith('@pocket-hsm/'))
      .filter((name) => !new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, 'm').test(notices))
      .map((name) => `dist/THIRD-PARTY-NOTICES has no licence of ${name}`)
  )
}

/** "Go to definition" follows the declarations to their map, and the map to one source in the tarball. */
function mapFaults(files, path) {
  const map = `${path}.map`
  if (mapNameIn(files.get(path)) !== posix.basename(map)) {
    return [`${path} does not point to ${map}`]
  }
  if (!files.has(map)) return []
  const source = path.replace(/^dist/, 'src').replace(/\.d\.c?ts$/, '.ts')
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
