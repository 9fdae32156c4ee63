// Holds: every example a reader can copy compiles under the project's own strict settings, runs, and gives what it shows.
//
//   node tools/check-examples.mjs [folder of the tree]
//
// Examples are the blocks tagged ts, js or mjs of the READMEs and of docs/, and those of the doc comments in
// packages/*/src. Each is a module of its own; one that imports vitest is a test file and vitest runs it.
// What a comment behind a line shows is checked: lib/shown-values.mjs has the convention.
// A block that begins with `js file=PATH` quotes that file, whole lines of it: it does not run, and must be found there.

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blocksOfMarkdown, blocksOfSource } from './lib/code-blocks.mjs'
import { compileExamples } from './lib/compile-examples.mjs'
import { build } from './lib/install-and-build.mjs'
import { isMain, report } from './lib/report.mjs'
import { runExamples } from './lib/run-examples.mjs'
import { listFiles, listPackages } from './lib/tree.mjs'

const RUNNABLE = new Set(['ts', 'js', 'mjs'])

/** Other ways to tag the same: as they would not be found, they are refused. */
const MISSPELT = new Set(['typescript', 'javascript', 'mts', 'tsx', 'jsx', 'cjs'])

/**
 * Checks the examples of a tree whose packages are built.
 *
 * @param {string} root
 * @returns {Promise<{ faults: string[], summary: string }>}
 */
export async function checkExamples(root) {
  const { blocks, faults } = findExamples(root)
  if (blocks.length === 0) return { faults: [...faults, 'no example was found'], summary: '' }
  const compiled = compileExamples(root, blocks)
  const ran = await runExamples(compiled)
  rmSync(compiled.folder, { recursive: true })
  const files = new Set(blocks.map(({ file }) => file)).size
  return {
    faults: [...faults, ...compiled.faults, ...ran.faults],
    summary: `Examples hold: ${blocks.length} in ${files} files compiled and ran, ${ran.checked} shown values were right`,
  }
}

function findExamples(root) {
  const packages = listPackages(root)
  const read = (file) => readFileSync(join(root, file), 'utf8')
  const texts = [
    'README.md',
    ...packages.map(({ path }) => `${path}/README.md`),
    ...listFiles(root, 'docs'),
  ]
    .filter((file) => file.endsWith('.md') && existsSync(join(root, file)))
    .flatMap((file) => blocksOfMarkdown(file, read(file)))
  const comments = packages
    .flatMap(({ path }) => listFiles(root, `${path}/src`))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, ...blocksOfSource(file, read(file)) }))
  const all = [...texts, ...comments.flatMap(({ blocks }) => blocks)]
  return {
    blocks: all.filter(({ language, quotes }) => RUNNABLE.has(language) && quotes === undefined),
    faults: [
      ...all
        .filter(({ quotes }) => quotes !== undefined)
        .filter(({ quotes, code }) => !isQuoteOf(join(root, quotes), code))
        .map(({ file, line, quotes }) => `${file}:${line}: these lines are not in ${quotes}`),
      ...all
        .filter(({ language }) => MISSPELT.has(language))
        .map(
          ({ file, line, language }) =>
            `${file}:${line}: is tagged ${language}; only ts, js and mjs run`,
        ),
      ...comments.flatMap(({ file, emptyExamples }) =>
        emptyExamples.map(
          (line) => `${file}:${line}: this @example has no block of code that could run`,
        ),
      ),
    ],
  }
}

const isQuoteOf = (path, code) =>
  existsSync(path) && `\n${readFileSync(path, 'utf8')}`.includes(`\n${code}\n`)

if (isMain(import.meta.url)) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
  if (build(root)) {
    const { faults, summary } = await checkExamples(root)
    report(faults, summary)
  } else {
    process.exitCode = 1
  }
}
