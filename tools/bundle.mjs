// Writes the JavaScript of each package: one file per entry point, with its source map. `tsc -b` writes the declarations.
//
//   node tools/bundle.mjs [folder of the tree]

import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundlePackage } from './lib/bundle-package.mjs'
import { isBundled, markBundled } from './lib/bundle-stamp.mjs'
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
  for (const { path } of listPackages(root)) {
    const home = join(root, path)
    if (isBundled(home)) continue
    const begun = Date.now()
    const files = await bundlePackage(home)
    markBundled(home, files, begun)
    written.push(...files.map((file) => `${path}/dist/${file}`))
  }
  return written
}

if (isMain(import.meta.url)) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
  for (const file of await bundlePackages(root)) process.stdout.write(`${file}\n`)
}
