// The declarations of the CommonJS files: those that the compiler wrote, under the names that `require` leads to.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { entryPointsOf } from './entry-points.mjs'

/**
 * Writes a `.d.cts` and its map for every `.d.ts` that an entry point leads to; removes all others.
 *
 * TypeScript takes a file's format from its name, so that the declarations of a CommonJS file are files of their own.
 * What is not compiled yet is left out: whoever needs it compiles first.
 *
 * @param {string} home The folder of the package.
 * @param {Record<string, any>} manifest Its package.json.
 * @returns {string[]} The files that were written because they were different or missing, from `dist`.
 */
export function writeCommonJsDeclarations(home, manifest) {
  const dist = join(home, 'dist')
  const files = commonJsDeclarations(dist, entryPointsOf(manifest, '.cjs'))
  for (const path of oldDeclarations(dist)) if (!files.has(path)) rmSync(join(dist, path))
  return [...files]
    .filter(([path, text]) => writeIfDifferent(join(dist, path), text))
    .map(([path]) => path)
}

function commonJsDeclarations(dist, stems) {
  const files = new Map()
  const waiting = new Set(stems)
  for (const stem of waiting) {
    const file = join(dist, `${stem}.d.ts`)
    if (!existsSync(file)) continue
    const text = readFileSync(file, 'utf8')
    for (const [, , path] of linesOfCode(text).flatMap((line) => [
      ...line.matchAll(LOCAL_IMPORT),
    ])) {
      waiting.add(posix.join(posix.dirname(stem), path))
    }
    files.set(`${stem}.d.cts`, asCommonJs(text))
    files.set(`${stem}.d.cts.map`, readFileSync(`${file}.map`, 'utf8').replace('.d.ts"', '.d.cts"'))
  }
  return files
}

/** `from './x.ts'` or `import('./x.ts')`, as the compiler writes them. */
const LOCAL_IMPORT = /(from |import\()["'](\.[^"']+)\.ts["']/g

/** An example in a doc comment imports nothing. */
const linesOfCode = (text) => text.split('\n').filter((line) => !isComment(line))
const isComment = (line) => /^ *\*/.test(line)

function asCommonJs(text) {
  return text
    .split('\n')
    .map((line) => (isComment(line) ? line : line.replace(LOCAL_IMPORT, "$1'$2.cjs'")))
    .join('\n')
    .replace(/^\/\/# sourceMappingURL=(.*)\.d\.ts\.map$/m, '//# sourceMappingURL=$1.d.cts.map')
}

const oldDeclarations = (dist) =>
  readdirSync(dist, { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.d\.cts(\.map)?$/.test(path))

function writeIfDifferent(file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return true
}
