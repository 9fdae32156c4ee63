// Checks that the package.json files of the packages agree with the root's, and describe each entry point completely.
//
//   node tools/check-manifests.mjs [--write] [folder of the tree]
//
// With --write it writes what is missing or different.

import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faultsOfManifests, publishedPackages, writeManifests } from './lib/manifests.mjs'
import { report } from './lib/report.mjs'

const args = process.argv.slice(2)
const folder = args.find((arg) => !arg.startsWith('--'))
const root = resolve(folder ?? fileURLToPath(new URL('..', import.meta.url)))
if (args.includes('--write')) {
  for (const file of writeManifests(root)) process.stdout.write(`${file}\n`)
}
const count = publishedPackages(root).length
report(faultsOfManifests(root), `Manifests hold: ${count} packages agree with package.json`)
