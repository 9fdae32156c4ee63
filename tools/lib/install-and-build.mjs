// Holds: what is installed is what the lockfile says, what is built is what the sources say, and nothing is done twice.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled, markInstalled } from './installed-stamp.mjs'
import { runQuietly, runWithPnpm } from './run.mjs'

const BUNDLER = fileURLToPath(new URL('../bundle.mjs', import.meta.url))

/**
 * Installs what is missing, then builds what has changed. Says nothing when there was nothing to do.
 *
 * Speaks on the error stream, so that the output of what runs next stays its own.
 *
 * @param {URL} rootUrl The workspace.
 * @param {readonly string[]} projects What to build, with all that it needs: everything unless told.
 * @returns {number} The exit status: 0, or 1 after the failed tool's own output has been shown.
 */
export function installAndBuild(rootUrl, projects = []) {
  const root = fileURLToPath(rootUrl)
  return install(root) && build(root, projects) ? 0 : 1
}

function install(root) {
  if (isInstalled(root)) return true
  process.stderr.write('Installing the packages named in pnpm-lock.yaml ... ')
  // The compiler is wanted, whatever NODE_ENV says.
  const run = runWithPnpm(root, ['install', '--frozen-lockfile', '--prod=false'])
  if (run.ok) markInstalled(root)
  const ok = run.ok && isInstalled(root)
  process.stderr.write(ok ? `${run.seconds} s\n` : 'failed\n')
  if (!ok) process.stderr.write(`pnpm install --frozen-lockfile failed:\n${run.output}`)
  return ok
}

/**
 * Compiles the projects, or every package and test, and bundles the packages, as far as they have changed.
 *
 * @param {string} root
 * @param {readonly string[]} projects
 * @returns {boolean} Whether all compiled; if not, the compiler's messages have been shown.
 */
export function build(root, projects = []) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { ok, output, seconds } = runQuietly(
    process.execPath,
    [compiler, '-b', ...projects, '--listEmittedFiles'],
    { cwd: root },
  )
  const lines = output.split(/\r?\n/).filter((line) => line !== '')
  const messages = lines.filter((line) => !line.startsWith('TSFILE:'))
  const written = lines.length - messages.length
  if (!ok) process.stderr.write(`tsc -b failed:\n${messages.join('\n')}\n`)
  else if (written > 0) process.stderr.write(`Built ${written} files in ${seconds} s\n`)
  return ok && bundle(root)
}

/** Bundles what has changed, in all packages: that takes a second, and nothing if nothing has changed. */
function bundle(root) {
  const { ok, output, seconds } = runQuietly(process.execPath, [BUNDLER, root], { cwd: root })
  if (!ok) process.stderr.write(`tools/bundle.mjs failed:\n${output}`)
  else if (output !== '') {
    const files = output.trim().split('\n').length
    process.stderr.write(`Bundled ${files} files in ${seconds} s\n`)
  }
  return ok
}
