// Bundles a package with Rolldown, from `src` to `dist`.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { entryPointsOf } from './entry-points.mjs'
import { mapForUsers, NOTICES, noticesOf } from './included-libraries.mjs'
import { readJson } from './tree.mjs'

/** Code that two entry points share, or that is loaded when needed, so that it runs once in a process. */
const CHUNKS = 'chunks'

/** What this file writes, and an older build wrote. */
const WRITTEN = /\.js(\.map)?$|^THIRD-PARTY-NOTICES$/

/**
 * Writes one file per entry point, and the chunks that they share; removes all other JavaScript from `dist`.
 *
 * Names stay as they are in the sources. Sibling packages and other dependencies stay imports; a dev dependency is
 * included in the bundle.
 *
 * @param {string} home The folder of the package.
 * @returns {Promise<string[]>} The files written, from `dist`, sorted.
 * @throws {Error} A file does not parse, an import leads nowhere, or the output would have to be another than asked for.
 */
export async function bundlePackage(home) {
  // Loading Rolldown takes longer than finding out that nothing has changed.
  const { rolldown } = await import('rolldown')
  const manifest = readJson(join(home, 'package.json'))
  const dependencies = Object.keys(manifest.dependencies ?? {})
  const bundle = await rolldown({
    cwd: home,
    input: Object.fromEntries(
      entryPointsOf(manifest).map((stem) => [stem, join(home, 'src', `${stem}.ts`)]),
    ),
    external: (id) =>
      id.startsWith('node:') ||
      dependencies.some((name) => id === name || id.startsWith(`${name}/`)),
    platform: isForNode(manifest) ? 'node' : 'neutral',
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(`${manifest.name}: ${message}`)
    },
  })
  try {
    const { output } = await bundle.generate({
      dir: join(home, 'dist'),
      format: 'esm',
      sourcemap: true,
      entryFileNames: '[name].js',
      chunkFileNames: `${CHUNKS}/[name].js`,
      minifyInternalExports: false,
      comments: { legal: true, annotation: true, jsdoc: false },
    })
    // A warning is thrown by now, so that a refused package keeps its old bundle.
    const files = new Map(
      output.map(({ fileName, code, source }) => [
        fileName,
        code ?? (fileName.endsWith('.map') ? mapForUsers(source) : source),
      ]),
    )
    const notices = noticesOf(output.flatMap(({ moduleIds = [] }) => moduleIds))
    if (notices !== '') files.set(NOTICES, notices)
    for (const [path, text] of files) {
      mkdirSync(dirname(join(home, 'dist', path)), { recursive: true })
      writeFileSync(join(home, 'dist', path), text)
    }
    removeOthers(join(home, 'dist'), files)
    return [...files.keys()].sort()
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

/** A package with a command runs on Node; the others run everywhere. */
const isForNode = ({ bin }) => bin !== undefined
