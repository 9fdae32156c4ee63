// Holds: a machine with only Node and npm can start and test this workspace; an older Node gets one clear sentence.
//
// `npm start` and `npm test` call this file first, with the projects to build: all of them unless told. It and what it imports are written in the JavaScript
// of Node 14; everything newer is imported after the check.

import { readFileSync } from 'node:fs'
import { refusalOfNode } from './lib/node-version.mjs'

const root = new URL('../', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))

const refusal = refusalOfNode(process.versions.node, manifest.engines.node)
if (refusal) {
  process.stderr.write(`${refusal}\n`)
  process.exitCode = 1
} else {
  void import('./lib/install-and-build.mjs').then(({ installAndBuild }) => {
    process.exitCode = installAndBuild(root, process.argv.slice(2))
  })
}
