// Writes the JavaScript of each package: one file per entry point and format, with its source map. `tsc -b` writes the
// declarations first; those of the CommonJS files are copied from them here.
//
//   node tools/bundle.mjs [folder of the tree]

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundlePackage } from './lib/bundle-package.mjs'
import { isBundled, markBundled } from './lib/bundle-stamp.mjs'
import { writeCommonJsDeclarations } from './lib/commonjs-declarations.mjs'
import { isMain } from './lib/report.mjs'
import { listPackages } from './lib/tree.mjs'

/**
 * Bundles the packages whose sources have changed.
 *
 * @param {string} root The workspace.
 * @returns {Promise<string[]>} The files that were written, from the root.
 */
export async function bundlePackages(root) {
  const written = []
  for (const { path, manifest } of listPackages(root)) {
    const home = join(root, path)
    const files = isBundled(home) ? [] : await bundleAndMark(home)
    // The compiler may have been asked for some packages only, so that declarations can come after their code.
    files.push(...writeCommonJsDeclarations(home, manifest))
    written.push(...files.map((file) => `${path}/dist/${file}`))
  }
  return written
}

async function bundleAndMark(home) {
  const begun = Date.now()
  const files = await bundlePackage(home)
  markBundled(home, files, begun)
  return files
}

/**
 * Builds the pages of the console if they, or the engine inside one of them, have changed.
 *
 * @param {string} root The workspace.
 * @returns {Promise<string[]>} The files that were written, from the root.
 */
export async function buildConsole(root) {
  const script = join(root, 'packages/console/build-pages.mjs')
  if (!existsSync(script)) return []
  const { buildPages } = await import(pathToFileURL(script).href)
  return (await buildPages()).map((file) => `packages/console/dist/${file}`)
}

if (isMain(import.meta.url)) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
  const written = [...(await bundlePackages(root)), ...(await buildConsole(root))]
  for (const file of written) process.stdout.write(`${file}\n`)
}
