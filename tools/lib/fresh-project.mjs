// Holds: what npm users get works in a project that knows nothing of this workspace.

import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { runQuietly } from './run.mjs'
import { readJson } from './tree.mjs'

/**
 * Makes an empty project in a temporary folder and installs tarballs in it with npm.
 *
 * @param {readonly string[]} tarballs
 * @returns {{ folder: string, seconds: string, fault: string | undefined, remove: () => void }}
 */
export function createFreshProject(tarballs) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fresh-project-')))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  for (const tarball of tarballs) copyFileSync(tarball, join(folder, basename(tarball)))
  const names = tarballs.map((tarball) => `./${basename(tarball)}`)
  // An empty cache: what installs here installs everywhere, and takes as long as the first time.
  const flags = ['--no-audit', '--no-fund', '--cache=.npm-cache']
  const { ok, output, seconds } = runQuietly('npm', ['install', ...flags, ...names], {
    cwd: folder,
  })
  return {
    folder,
    seconds,
    fault: ok ? undefined : `npm install ${names.join(' ')} failed:\n${output}`,
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/**
 * The packages that lie in a project's node_modules, at any depth.
 *
 * @param {string} folder
 * @returns {{ name: string, version: string, bytes: number }[]} Sorted by name; `bytes` without those nested in it.
 */
export function listInstalled(folder) {
  const modules = join(folder, 'node_modules')
  return readdirSync(modules, { recursive: true })
    .filter((path) => /(^|node_modules[\\/])(@[^\\/]+[\\/])?[^\\/@]+[\\/]package\.json$/.test(path))
    .map((path) => join(modules, path, '..'))
    .map((path) => ({ ...readJson(join(path, 'package.json')), bytes: bytesOf(path) }))
    .map(({ name, version, bytes }) => ({ name, version, bytes }))
    .sort((a, b) => a.name.localeCompare(b.name))
}

const bytesOf = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? bytesOf(path) : statSync(path).size
    })
    .reduce((sum, bytes) => sum + bytes, 0)

/**
 * Runs a module in the project, as a reader would who has pasted it into a file.
 *
 * @param {string} folder
 * @param {string} code
 */
export function runModule(folder, code) {
  writeFileSync(join(folder, 'first.mjs'), code)
  return runQuietly(process.execPath, ['first.mjs'], { cwd: folder })
}

/**
 * Type-checks a module in the project, with the declarations of every package it imports, as strictly as can be.
 *
 * @param {string} root The workspace, which lends its compiler and the types of Node.
 * @param {string} folder
 * @param {string} code
 */
export function compileModule(root, folder, code) {
  writeFileSync(join(folder, 'first.mts'), code)
  const options = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    module: 'NodeNext',
    target: 'ES2023',
    lib: ['ES2023'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['first.mts'] }),
  )
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  return runQuietly(process.execPath, [compiler, '--project', folder], { cwd: folder })
}

/**
 * How long the first import of a package takes, in fresh processes.
 *
 * @param {string} folder
 * @param {string} name
 * @returns {number} The median of nine, in milliseconds.
 */
export function measureImport(folder, name) {
  return medianOf(folder, `await import('${name}')`)
}

/** How long the first `require` of a package takes: as {@link measureImport}. */
export function measureRequire(folder, name) {
  return medianOf(
    folder,
    `void (await import('node:module')).createRequire(import.meta.url)('${name}')`,
  )
}

function medianOf(folder, load) {
  const code = `const begun = performance.now()
    ${load}
    process.stdout.write(String(performance.now() - begun))`
  const times = Array.from({ length: 9 }, () => Number(runModule(folder, code).stdout))
  return times.sort((a, b) => a - b)[4]
}

/**
 * What a second copy of a package costs, after it has used an HSM of the first.
 *
 * @param {string} folder
 * @param {string} name
 * @returns {{ ok: boolean, stdout: string, output: string }} `stdout`: time and memory, in words.
 */
export function measureCopies(folder, name) {
  return runModule(
    folder,
    `import { createRequire } from 'node:module'
    import { createHsm, createKey, HsmError } from '${name}'
    const hsm = createHsm()
    const made = createKey(hsm, 'orders', { kty: 'EC-HSM' })
    const memory = process.memoryUsage().heapUsed
    const begun = performance.now()
    const second = createRequire(import.meta.url)('${name}')
    const time = performance.now() - begun
    if (second.createHsm === createHsm) throw new Error('There is one copy only.')
    if (second.getKey(hsm, 'orders').key.kid !== made.key.kid) throw new Error('Another key.')
    try { second.getKey(hsm, 'nobody') } catch (error) {
      if (!(error instanceof HsmError)) throw error
    }
    const more = (process.memoryUsage().heapUsed - memory) / 1e6
    process.stdout.write('uses the same HSMs; ' + time.toFixed(0) + ' ms and ' + more.toFixed(1) + ' MB of heap more')`,
  )
}
