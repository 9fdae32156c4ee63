/** The source of most values: one version of one Debian package, checked by its digest. */

import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const PACKAGE = Object.freeze({
  name: 'python3-cryptography-vectors',
  version: '38.0.4-1',
  sha256: '57005fe9ff647159dfbadd25a07b8f4bb8461987aebb003e38dd9dcc88b9d25b',
})

const INSIDE = 'usr/lib/python3/dist-packages/cryptography_vectors'

/**
 * Opens the package: the installed one if it has the right version, else a download.
 *
 * @param {string} [file] - A .deb that is already downloaded.
 * @returns {(path: string, encoding?: BufferEncoding) => string} Reads one of its files, as text by default.
 */
export function openPackage(file) {
  const root = file === undefined && isInstalled() ? '/' : unpack(file ?? download())
  return (path, encoding = 'utf8') => readFileSync(join(root, INSIDE, path), encoding)
}

/** Provenance of values that the package carries. */
export const fromPackage = (id, doc, path) => ({
  id,
  doc,
  via: `${PACKAGE.name} ${PACKAGE.version} (sha-256 ${PACKAGE.sha256}), ${path}`,
})

function isInstalled() {
  if (!existsSync(join('/', INSIDE))) return false
  const { stdout } = spawnSync('dpkg-query', ['-s', PACKAGE.name], { encoding: 'utf8' })
  return stdout.split('\n').includes(`Version: ${PACKAGE.version}`)
}

function download() {
  const folder = temporaryFolder()
  const wanted = `${PACKAGE.name}=${PACKAGE.version}`
  execFileSync('apt-get', ['download', wanted], { cwd: folder, stdio: 'ignore' })
  const name = readdirSync(folder).find((entry) => entry.endsWith('.deb'))
  if (name === undefined) throw new Error(`apt-get did not download ${wanted}`)
  return join(folder, name)
}

function unpack(file) {
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex')
  if (digest !== PACKAGE.sha256)
    throw new Error(`${file} has sha-256 ${digest}, not ${PACKAGE.sha256}`)
  const folder = temporaryFolder()
  execFileSync('dpkg', ['-x', file, folder])
  return folder
}

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'test-vectors-'))
  process.once('exit', () => rmSync(folder, { recursive: true }))
  return folder
}
