// Applies the notes that wait in .changeset: versions, changelogs, and the version that pocket-hsm says of itself.

import { join } from 'node:path'
import { writeManifests } from './manifests.mjs'
import { runQuietly } from './run.mjs'
import { listPackages, readJson, writeJson } from './tree.mjs'

/**
 * Runs `changeset version` in a workspace.
 *
 * Changesets raises a package to its next major version whenever a peer of it has a minor one, and all of ours with it,
 * because they have one version. Our peers are packages of the workspace that are released together, so that it gets to
 * see them as dependencies.
 *
 * @param {string} root
 * @returns {{ ok: boolean, output: string }}
 */
export function applyNotes(root) {
  const peers = new Map()
  for (const { path, manifest } of listPackages(root)) {
    const { peerDependencies, ...others } = manifest
    if (peerDependencies === undefined) continue
    peers.set(path, peerDependencies)
    writeJson(join(root, path, 'package.json'), {
      ...others,
      dependencies: { ...manifest.dependencies, ...peerDependencies },
    })
  }
  try {
    return runQuietly(join('node_modules', '.bin', 'changeset'), ['version'], { cwd: root })
  } finally {
    for (const [path, peerDependencies] of peers)
      restore(join(root, path, 'package.json'), peerDependencies)
    writeManifests(root)
  }
}

function restore(file, peerDependencies) {
  const { dependencies, ...others } = readJson(file)
  const own = Object.entries(dependencies).filter(([name]) => !(name in peerDependencies))
  writeJson(file, {
    ...others,
    ...(own.length > 0 && { dependencies: Object.fromEntries(own) }),
    peerDependencies,
  })
}
