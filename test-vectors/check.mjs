/**
 * Checks the vectors: no byte changed, no case lost or repeated, every invalid case has a reason, every file is run by
 * a suite, and the cases left out of a published set are counted.
 *
 *   node test-vectors/check.mjs [folder of the tree]
 */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { SCHEMA } from './build/write-file.mjs'

/**
 * @param {string} root - The tree.
 * @returns {{ files: number, cases: number, faults: string[] }}
 */
export function checkVectors(root) {
  const folder = join(root, 'test-vectors')
  const manifest = JSON.parse(readFileSync(join(folder, 'MANIFEST.json'), 'utf8'))
  const suites = readSuites(join(root, 'packages'))
  const faults = [
    ...manifest.files.flatMap((row) => fileFaults(folder, row)),
    ...strayFiles(folder, manifest.files),
    ...suiteFaults(manifest.files, suites),
  ]
  const cases = manifest.files.reduce((sum, { count }) => sum + count, 0)
  return { files: manifest.files.length, cases, faults }
}

function fileFaults(folder, { file, count, sha256 }) {
  if (!existsSync(join(folder, file))) return [`${file} is missing`]
  const bytes = readFileSync(join(folder, file))
  const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes
  if (createHash('sha256').update(text).digest('hex') !== sha256) {
    return [`${file} is not the file that MANIFEST.json names: build it again, never edit it`]
  }
  const vectors = JSON.parse(text)
  const faults = vectors.cases.flatMap((item) => caseFaults(vectors, item))
  if (vectors.schema !== SCHEMA) faults.push(`has schema ${vectors.schema}`)
  if (vectors.count !== vectors.cases.length || vectors.count !== count)
    faults.push('has another count')
  const { published = count, leftOut = [] } = vectors
  if (leftOut.reduce((sum, row) => sum + row.count, count) !== published)
    faults.push('does not account for every published case')
  return [...faults, ...repeatedIds(vectors.cases)].map((fault) => `${file} ${fault}`)
}

function caseFaults({ provenance, keys }, item) {
  const faults = []
  if (typeof item.valid !== 'boolean') faults.push('does not say whether it is valid')
  if (item.valid === false && !item.why) faults.push('is refused without a reason')
  if (!provenance.some(({ id, doc, via }) => id === item.src && doc && via))
    faults.push('has no source')
  if (keys !== undefined && item.key !== undefined && !(item.key in keys)) {
    faults.push('names a key that is not there')
  }
  return faults.map((fault) => `${JSON.stringify(item.id)} ${fault}`)
}

function repeatedIds(cases) {
  const ids = cases.map(({ id }) => id)
  const repeated = ids.filter((id, index) => ids.indexOf(id) !== index)
  return repeated.map((id) => `has ${JSON.stringify(id)} twice`)
}

function strayFiles(folder, rows) {
  const known = new Set(['MANIFEST.json', 'package.json', ...rows.map(({ file }) => file)])
  const found = readdirSync(folder).filter(
    (name) => /\.json(?:\.gz)?$/.test(name) && !known.has(name),
  )
  return found.map((name) => `${name} is not in MANIFEST.json`)
}

/** Every `*.vectors.test.ts` of the packages, with the files that its calls of `runVectors` name. */
function readSuites(packages) {
  const folders = readdirSync(packages).map((name) => join(packages, name, 'test'))
  const names = folders
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
  return names
    .filter((name) => name.endsWith('.vectors.test.ts'))
    .map((name) => ({ name, text: readFileSync(name, 'utf8').replace(/^\s*\/\/.*$/gm, '') }))
    .map(({ name, text }) => ({
      name,
      files: [...text.matchAll(/\brunVectors(?:<[^>(]*>)?\(\s*'([^']+)'/g)].map(([, file]) => file),
      isPartial: /\.(?:skip|only|todo|skipIf|runIf|fails)\b/.test(text),
    }))
}

/** `runVectors` itself asserts that it ran as many cases as the file counts. */
function suiteFaults(rows, suites) {
  const run = new Set(suites.flatMap(({ files }) => files))
  const known = new Set(rows.map(({ file }) => file))
  return [
    ...[...known].filter((file) => !run.has(file)).map((file) => `${file} is run by no suite`),
    ...[...run]
      .filter((file) => !known.has(file))
      .map((file) => `a suite runs ${file}, which is not there`),
    ...suites.filter(({ isPartial }) => isPartial).map(({ name }) => `${name} leaves tests out`),
  ]
}

function main() {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
  const { files, cases, faults } = checkVectors(root)
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  if (faults.length > 0) process.exitCode = 1
  else
    process.stdout.write(
      `${files} files, ${cases} cases: as built, with sources, each run by a suite\n`,
    )
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  main()
