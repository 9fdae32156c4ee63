// Bundles a package with Rolldown, from `src` to `dist`: as ECMAScript modules and as CommonJS modules.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { deferModules } from './deferred-modules.mjs'
import { entryPointsOf } from './entry-points.mjs'
import { mapForUsers, NOTICES, noticesOf } from './included-libraries.mjs'
import { includedPackages } from './included-packages.mjs'
import { canBeRequired } from './requirable.mjs'
import { readJson } from './tree.mjs'

/** Code that two entry points share, or that is loaded when needed, so that it runs once in a process. */
const CHUNKS = 'chunks'

/** What this file writes, and an older build wrote. */
const WRITTEN = /\.c?js(\.map)?$|^THIRD-PARTY-NOTICES$/

const KEPT_NAMES = { function: true, class: true }

/** A process reads all of a file before it runs any of it: a third less text is a tenth less time. */
const MINIFIED = {
  compress: { keepNames: KEPT_NAMES },
  mangle: { keepNames: KEPT_NAMES },
  codegen: { removeWhitespace: true },
}

const FORMATS = [
  { format: 'esm', extension: '.js' },
  { format: 'cjs', extension: '.cjs' },
]

/**
 * Writes one file per entry point and format, and the chunks that they share; removes all other JavaScript from `dist`.
 *
 * Names of functions and classes stay as they are in the sources, so that a stack reads the same. Sibling packages and other dependencies stay imports, but for those of
 * `includedPackages`, and for those that `require` cannot load: the CommonJS files include them. A dev dependency is
 * included in both.
 *
 * @param {string} home The folder of the package.
 * @returns {Promise<string[]>} The files written, from `dist`, sorted.
 * @throws {Error} A file does not parse, an import leads nowhere, or the output would have to be another than asked for.
 */
export async function bundlePackage(home) {
  const manifest = readJson(join(home, 'package.json'))
  const bundles = []
  // A warning is thrown by now, so that a refused package keeps its old bundle.
  for (const each of FORMATS) bundles.push(await bundleAs(home, manifest, each))
  const files = new Map(bundles.flatMap(({ files }) => files))
  const notices = noticesOf(bundles.flatMap(({ modules }) => modules))
  if (notices !== '') files.set(NOTICES, notices)
  for (const [path, text] of files) {
    mkdirSync(dirname(join(home, 'dist', path)), { recursive: true })
    writeFileSync(join(home, 'dist', path), text)
  }
  removeOthers(join(home, 'dist'), files)
  return [...files.keys()].sort()
}

async function bundleAs(home, manifest, { format, extension }) {
  const stems = entryPointsOf(manifest, extension)
  if (stems.length === 0) return { files: [], modules: [] }
  // Loading Rolldown takes longer than finding out that nothing has changed.
  const { rolldown } = await import('rolldown')
  const included = includedPackages(home, manifest.name)
  const external = [
    ...Object.keys(manifest.dependencies ?? {})
      .filter((dependency) => !included.some(({ name }) => name === dependency))
      .filter((name) => format === 'esm' || canBeRequired(home, name)),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]
  const entryPoints = stems.map((stem) => ({
    stem,
    source: join(home, 'src', `${stem}.ts`),
    built: join(home, 'dist', `${stem}${extension}`),
  }))
  const bundle = await rolldown({
    cwd: home,
    input: Object.fromEntries(entryPoints.map(({ stem, source }) => [stem, source])),
    plugins: [
      {
        name: 'an entry point that another file imports stays an import',
        resolveId(id, importer) {
          const source = importer && id.startsWith('.') ? join(dirname(importer), id) : undefined
          const imported = entryPoints.find((entryPoint) => entryPoint.source === source)
          return imported && { id: imported.built, external: 'relative' }
        },
      },
      deferModules(),
    ],
    resolve: {
      alias: Object.fromEntries(included.map(({ name, src }) => [name, join(src, 'index.ts')])),
    },
    external: (id) =>
      id.startsWith('node:') ||
      // Which of its files that is depends on where the package is used.
      id.startsWith('#') ||
      external.some((name) => id === name || id.startsWith(`${name}/`)),
    platform: isForNode(manifest) ? 'node' : 'neutral',
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(`${manifest.name}: ${message}`)
    },
  })
  try {
    const { output } = await bundle.generate({
      dir: join(home, 'dist'),
      format,
      exports: 'named',
      sourcemap: true,
      entryFileNames: `[name]${extension}`,
      chunkFileNames: `${CHUNKS}/[name]${extension}`,
      minify: MINIFIED,
      minifyInternalExports: false,
      comments: { legal: true, annotation: true, jsdoc: false },
    })
    return {
      files: output.map(({ fileName, code, source }) => [
        fileName,
        code ?? (fileName.endsWith('.map') ? mapForUsers(fileName, source) : source),
      ]),
      modules: output.flatMap(({ moduleIds = [] }) => moduleIds),
    }
  } finally {
    await bundle.close()
  }
}

function removeOthers(dist, files) {
  readdirSync(dist, { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => WRITTEN.test(path) && !files.has(path))
    .forEach((path) => {
      rmSync(join(dist, path))
    })
}

/** A package with a command, or with files of its own for Node, has files that run on Node; the others run everywhere. */
const isForNode = ({ bin, imports = {} }) =>
  bin !== undefined || Object.values(imports).some(({ node }) => node !== undefined)
