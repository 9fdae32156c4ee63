// Loads and compiles every entry point of the packed packages in every way that Node and TypeScript have.

import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runQuietly } from './run.mjs'

/** How a CommonJS project may be set up, and its file. Every other check compiles ECMAScript modules. */
const PROJECTS = [
  {
    title: 'node16 from CommonJS',
    file: 'index.cts',
    module: 'node16',
    moduleResolution: 'node16',
  },
  {
    ...{ title: 'node10', file: 'index.ts', module: 'commonjs', moduleResolution: 'node10' },
    // The compiler calls it deprecated; projects that have it are why `main` and `types` are there.
    ignoreDeprecations: '6.0',
  },
]

/** A file that only a test runner can load. */
const FOR_RUNNERS = /\b(vitest|jest|node-test)\b/

/**
 * @param {string} root The workspace, whose installed dependencies are used.
 * @param {string} folder An empty folder.
 * @param {readonly import('./pack.mjs').Packed[]} packages
 * @returns {{ faults: string[], count: number }}
 */
export function tryFormats(root, folder, packages) {
  installUnpacked(root, folder, packages)
  const entryPoints = packages.flatMap(({ name, manifest }) =>
    Object.keys(manifest.exports)
      .filter((subpath) => !subpath.endsWith('.json'))
      .map((subpath) => name + subpath.slice(1)),
  )
  const loadable = entryPoints.filter((name) => !FOR_RUNNERS.test(name))
  return {
    faults: [
      ...load(
        folder,
        'cjs',
        loadable.map((name) => `require('${name}')`),
      ),
      ...load(
        folder,
        'mjs',
        loadable.map((name) => `await import('${name}')`),
      ),
      ...PROJECTS.flatMap((project) => compile(root, folder, project, entryPoints)),
    ],
    count: entryPoints.length,
  }
}

/** Puts the packages beside each other as an installation would, and the workspace's other dependencies around them. */
function installUnpacked(root, folder, packages) {
  const modules = join(folder, 'node_modules')
  for (const { name, unpacked } of packages)
    cpSync(unpacked, join(modules, name), { recursive: true })
  for (const { path, manifest } of packages) {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (existsSync(join(modules, name))) continue
      mkdirSync(dirname(join(modules, name)), { recursive: true })
      symlinkSync(join(root, path, 'node_modules', name), join(modules, name), 'junction')
    }
  }
}

function load(folder, extension, lines) {
  const file = `all.${extension}`
  writeFileSync(join(folder, file), `${lines.join('\n')}\n`)
  // As in jest, which has no require of ECMAScript modules.
  const flags = ['--no-experimental-require-module', file]
  const { ok, output } = runQuietly(process.execPath, flags, { cwd: folder })
  return ok ? [] : [`not every entry point loads in ${file}:\n${output}`]
}

function compile(root, folder, { title, file, ...options }, entryPoints) {
  const lines = entryPoints.map((name, i) => `import * as all${i} from '${name}'\nvoid all${i}`)
  writeFileSync(join(folder, file), `${lines.join('\n')}\n`)
  const compilerOptions = {
    ...{ noEmit: true, strict: true, exactOptionalPropertyTypes: true, target: 'ES2023' },
    ...{ lib: ['ES2023', 'DOM'], types: ['node'] },
    typeRoots: [join(root, 'node_modules', '@types')],
    ...options,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { ok, output } = runQuietly(process.execPath, [compiler, '-p', '.'], { cwd: folder })
  return ok ? [] : [`not every entry point compiles under ${title}:\n${output}`]
}
