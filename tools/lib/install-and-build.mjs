// Holds: what is installed is what the lockfile says, what is built is what the sources say, and nothing is done twice.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runQuietly, runWithPnpm } from './run.mjs'

/**
 * Installs when the stamp does not fit, then builds what has changed. Says nothing when there was nothing to do.
 *
 * @param {URL} rootUrl The workspace.
 * @returns {number} The exit status: 0, or 1 after the failed tool's own output has been shown.
 */
export function installAndBuild(rootUrl) {
  const root = fileURLToPath(rootUrl)
  return install(root) && build(root) ? 0 : 1
}

/**
 * Compiles every package and type-checks every test, incrementally.
 *
 * @param {string} root
 * @returns {boolean}
 */
export function build(root) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { ok, output, seconds } = runQuietly(
    process.execPath,
    [compiler, '-b', '--listEmittedFiles'],
    {
      cwd: root,
    },
  )
  const lines = output.split(/\r?\n/).filter((line) => line !== '')
  const written = lines.filter((line) => line.startsWith('TSFILE:'))
  if (!ok)
    return fail(
      'The build failed (tsc -b):',
      lines.filter((line) => !written.includes(line)),
    )
  if (written.length > 0) process.stdout.write(`Built ${written.length} files in ${seconds} s\n`)
  return true
}

function install(root) {
  const manifests = findManifests(root)
  const stampFile = join(root, 'node_modules', '.set-up-stamp')
  const stamp = stampOf(root, manifests)
  const stamped = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
  if (stamped && manifests.every((file) => everyDependencyIsThere(root, file))) return true

  process.stdout.write('Installing the packages named in pnpm-lock.yaml ... ')
  const { ok, output, seconds } = runWithPnpm(root, ['install', '--frozen-lockfile'])
  process.stdout.write(ok ? `${seconds} s\n` : 'failed\n')
  if (!ok) return fail('The installation failed (pnpm install --frozen-lockfile):', [output])
  writeFileSync(stampFile, stamp)
  return true
}

/** The package.json files of the workspace: packages lie at most two folders deep. */
function findManifests(root) {
  const below = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter(
        (entry) => entry.isDirectory() && entry.name !== 'node_modules' && entry.name[0] !== '.',
      )
      .map((entry) => join(folder, entry.name))
  const folders = below('.')
  return ['.', ...folders, ...folders.flatMap(below)]
    .map((folder) => join(folder, 'package.json'))
    .filter((file) => existsSync(join(root, file)))
    .sort()
}

function stampOf(root, manifests) {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0')
  }
  const node = process.versions.node.split('.')[0]
  return `${hash.digest('hex')} node ${node} ${process.platform} ${process.arch}\n`
}

function everyDependencyIsThere(root, manifestFile) {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, manifestFile), 'utf8'),
  )
  const modules = join(root, manifestFile, '..', 'node_modules')
  return Object.keys({ ...dependencies, ...devDependencies }).every((name) =>
    existsSync(join(modules, name)),
  )
}

function fail(title, lines) {
  process.stderr.write(`${title}\n${lines.join('\n')}\n`)
  return false
}
