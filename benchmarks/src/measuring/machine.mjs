// Where and with what it was measured.

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { commitOf } from '../subjects/before.mjs'

const PACKAGES = [
  'pocket-hsm',
  '@noble/ciphers',
  '@noble/curves',
  '@noble/hashes',
  'micro-rsa-dsa-dh',
  'elliptic',
  'node-forge',
  'jsrsasign',
]

/**
 * The machine, the runtime and the version of every contender.
 *
 * @param {boolean} quick Whether the samples were few.
 * @param {string} [before] The folder of the older version that was measured in the same run.
 */
export function measuredWith(quick, before) {
  const { node, openssl, v8 } = process.versions
  return {
    at: new Date().toISOString(),
    quick,
    ...(before && { before: commitOf(before) }),
    node,
    openssl,
    v8,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    versions: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
  }
}

/** From where Node would look for it; packages seldom let their package.json be imported. */
function versionOf(name) {
  const manifests = createRequire(import.meta.url)
    .resolve.paths(name)
    .map((root) => join(root, ...name.split('/'), 'package.json'))
  return JSON.parse(readFileSync(manifests.find(existsSync), 'utf8')).version
}
